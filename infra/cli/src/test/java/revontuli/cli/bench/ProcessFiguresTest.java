package revontuli.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import revontuli.cli.CliException;

class ProcessFiguresTest {
    @Test
    void processorTimeIsThatOfUserAndSystemWhateverTheProgramIsCalled() {
        String stat = "4711 (a b) R 1) S 1 4711 4711 0 -1 4194304 2450 0 12 0 250 50 7 3 20 0 30 0 1000 1 2 3";

        assertThat(ProcessFigures.cpu(stat)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void ownFiguresAreRead() {
        long self = ProcessHandle.current().pid();

        assertThat(ProcessFigures.cpu(self)).isPositive();
        assertThat(ProcessFigures.residentKibibytes(self)).isGreaterThan(1000);
        assertThat(ProcessFigures.proportionalKibibytes(self)).isPositive();
    }

    @Test
    void memoryOutsideARangeIsThatOfTheOtherMappings() {
        String smaps = """
                f0000000-100000000 rw-p 00000000 00:00 0
                Rss:               61036 kB
                7f3a4c000000-7f3a4c021000 rw-p 00000000 00:00 0
                Size:                132 kB
                Rss:                  12 kB
                7ffd1b2e0000-7ffd1b301000 rw-p 00000000 00:00 0                          [stack]
                Rss:                  36 kB
                """;

        assertThat(ProcessFigures.residentOutsideKibibytes(smaps.lines(), 0xf0000000L, 0x100000000L))
                .isEqualTo(48);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void ownThreadsAndFilesAreCounted() {
        long self = ProcessHandle.current().pid();

        assertThat(ProcessFigures.threads(self)).isGreaterThan(1);
        assertThat(ProcessFigures.openFiles(self)).isGreaterThan(2);
        assertThat(ProcessFigures.residentOutsideKibibytes(self, 0, 0)).isGreaterThan(1000);
    }

    @Test
    void aProcessThatIsGoneIsASentence() {
        assertThatThrownBy(() -> ProcessFigures.residentKibibytes(Integer.MAX_VALUE))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("process " + Integer.MAX_VALUE);
    }
}
