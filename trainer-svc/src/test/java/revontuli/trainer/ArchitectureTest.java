package revontuli.trainer;

import org.junit.jupiter.api.Test;
import revontuli.testkit.HouseRules;

class ArchitectureTest {
    @Test
    void serviceKeepsTheRulesOfTheHouse() {
        HouseRules.check("revontuli.trainer");
    }
}
