package revontuli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What can be told of the forge's workflow without a forge.
class ForgeWorkflowTest {
    private static JsonNode workflow;

    @BeforeAll
    static void read() throws IOException {
        workflow = new YAMLMapper()
                .readTree(Path.of("../../.github/workflows/ci.yml").toFile());
    }

    @Test
    void itMayReadAndNothingElse() {
        assertThat(workflow.path("permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
        assertThat(workflow.path("jobs").findValues("permissions")).isEmpty();
    }

    @Test
    void everyActionIsNamedByItsReleaseAndEveryJobEnds() {
        List<String> actions = workflow.findValuesAsText("uses");

        assertThat(actions)
                .hasSizeGreaterThan(4)
                .allMatch(action -> action.matches("[a-z-]+/[a-z-]+@v\\d+\\.\\d+\\.\\d+"));
        workflow.path("jobs")
                .forEach(job -> assertThat(job.path("timeout-minutes").asInt()).isPositive());
    }

    @Test
    void everyServiceIsBuiltAndTestedAsAnExecutable() {
        List<String> services = new ArrayList<>();
        JsonNode job = workflow.path("jobs").path("native");
        job.path("strategy").path("matrix").path("service").forEach(name -> services.add(name.asText()));

        assertThat(services)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Service.values()).map(Service::fullName).toList());
        assertThat(job.findValuesAsText("run")).anyMatch(run -> run.contains("infra/revontuli native"));
        assertThat(workflow.path("jobs").path("test").findValuesAsText("run")).contains(".ci/run");
    }
}
