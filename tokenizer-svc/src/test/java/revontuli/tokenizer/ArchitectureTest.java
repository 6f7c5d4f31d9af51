package revontuli.tokenizer;

import org.junit.jupiter.api.Test;
import revontuli.testkit.HouseRules;

class ArchitectureTest {
    @Test
    void rulesOfTheHouseHold() {
        HouseRules.check("revontuli.tokenizer");
    }
}
