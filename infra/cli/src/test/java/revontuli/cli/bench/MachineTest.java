package revontuli.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    @TempDir
    Path folder;

    @Test
    void aFolderWithoutACommitSaysSo() {
        assertThat(Machine.here(folder).commit()).isEqualTo("unknown");
    }

    @Test
    void factsReadTheSameInTheListAndInJson() {
        Machine machine = Machine.here(folder);

        assertThat(machine.cores()).isPositive();
        assertThat(String.join("\n", machine.lines()))
                .contains(
                        machine.processor(),
                        machine.cores() + " cores",
                        machine.date().toString());
        assertThat(machine.json().path("cores").asInt()).isEqualTo(machine.cores());
        assertThat(machine.json().path("date").asText())
                .isEqualTo(machine.date().toString());
    }

    @Test
    void theFirstLineOfThatNameCountsAndAMissingOneIsUnknown() throws IOException {
        Path file = Files.writeString(folder.resolve("facts"), "model name\t: First (R) x: 2\nmodel name\t: Second\n");

        assertThat(Machine.value(file, "model name")).isEqualTo("First (R) x: 2");
        assertThat(Machine.value(file, "MemTotal")).isEqualTo("unknown");
        assertThat(Machine.value(folder.resolve("none"), "model name")).isEqualTo("unknown");
    }
}
