package revontuli.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.platform.fault.FaultException;
import revontuli.platform.json.StrictJson;

class PlanTextTest {
    private static final String GOOD = """
            {"base_model":"models/a/versions/1","stages":[{"kind":"cap","mixture":[{"dataset":"datasets/d","weight":2.5,
            "replay":true}],"token_budget":1024,"learning_rate":1e-3}],"evaluation_datasets":["datasets/e"],"seed":-7}""";

    @Test
    void canonicalFormReadsBackAsTheSamePlan() throws Exception {
        Plan plan = read(GOOD);

        assertThat(PlanText.parse(new String(PlanText.bytes(plan), StandardCharsets.UTF_8)))
                .isEqualTo(plan);
        assertThat(plan.shape()).isEqualTo(new Plan.Shape(-7, 128, 8));
        assertThat(plan.model()).isEqualTo("models/a");
        assertThat(plan.steps()).isEqualTo(1);
        assertThat(plan.datasets()).containsExactly("datasets/d", "datasets/e");
    }

    @Test
    void spellingDoesNotChangeTheDigest() throws Exception {
        String other = GOOD.replace("base_model", "baseModel")
                .replace("1024", "\"1024\"")
                .replace("1e-3", "0.001")
                .replace("\"seed\":-7", "\"seed\":\"-7\",\"batchRows\":8");

        assertThat(read(other).digest()).isEqualTo(read(GOOD).digest());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"seed\":-7 | \"seed\":-7.5 | MALFORMED_FIELD",
                "\"seed\":-7 | \"seed\":1e30 | MALFORMED_FIELD",
                "\"seed\":-7 | \"seed\":[1] | MALFORMED_FIELD",
                "\"seed\":-7 | \"sed\":-7 | UNKNOWN_FIELD",
                "\"seed\":-7 | \"base_model\":\"x\",\"baseModel\":\"y\" | MALFORMED_FIELD",
                "\"weight\":2.5 | \"weight\":0 | OUT_OF_RANGE",
                "\"weight\":2.5 | \"weight\":\"NaN\" | MALFORMED_FIELD",
                "\"kind\":\"cap\" | \"kind\":\"CAP\" | UNKNOWN_STAGE_KIND",
                "datasets/e | models/e | MALFORMED_NAME",
                "\"replay\":true | \"replay\":\"yes\" | MALFORMED_FIELD",
            })
    void wrongTextIsRefused(String good, String bad, String reason) {
        String text = GOOD.replace(good, bad);

        assertThatThrownBy(() -> read(text.replaceFirst(
                        "\"base_model\":\"models/a/versions/1\",", text.contains("baseModel") ? "" : "$0")))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        refused -> assertThat(refused.fault().reason()).isEqualTo(reason));
    }

    private static Plan read(String text) throws StrictJson.Malformed {
        return PlanText.read(StrictJson.object(text.getBytes(StandardCharsets.UTF_8)));
    }
}
