package revontuli.inference;

import org.junit.jupiter.api.Test;
import revontuli.testkit.HouseRules;

class ArchitectureTest {
    @Test
    void theRulesOfTheHouseHold() {
        HouseRules.check("revontuli.inference");
    }
}
