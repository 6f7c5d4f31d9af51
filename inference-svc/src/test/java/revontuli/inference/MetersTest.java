package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetersTest {
    private static final Path DASHBOARD = Path.of("../infra/deploy/dashboards/inference.json");
    private static final Pattern METRIC = Pattern.compile("revontuli_inference_[a-z_]+");
    private static final Pattern SUFFIX = Pattern.compile("(_seconds)?_(bucket|sum|count|total)$");

    @Test
    void dashboardShowsWhatIsMeasuredAndNothingElse() throws IOException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new Meters(registry).batch(1);
        Set<String> measured = registry.getMeters().stream()
                .map(meter -> meter.getId().getName().replace('.', '_'))
                .filter(name -> !name.endsWith("_histogram")) // the limits of one, as this registry keeps them
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> shown = new TreeSet<>();
        Matcher found = METRIC.matcher(Files.readString(DASHBOARD));
        while (found.find()) {
            shown.add(SUFFIX.matcher(found.group()).replaceAll(""));
        }

        assertThat(shown).isEqualTo(measured);
    }
}
