package revontuli.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir
    Path folder;

    @Test
    void beginningAnewDeletesDataAndKeysAndKeepsTheProgramsOfTheDatabase() throws IOException {
        Home home = new Home(folder.resolve("home"));
        home.prepare();
        Path key = write(home.clientKeys().resolve("caller.json"));
        Path rows = write(home.postgres().resolve("data/rows"));
        Path artifact = write(home.artifacts().resolve("sha256/ab"));
        Path program = write(home.postgres().resolve("bin/postgres"));

        home.clear();

        assertThat(key).doesNotExist();
        assertThat(rows).doesNotExist();
        assertThat(artifact).doesNotExist();
        assertThat(program).exists();
    }

    @Test
    void beginningAnewFollowsNoLinkOutOfTheHome() throws IOException {
        Home home = new Home(folder.resolve("home"));
        home.prepare();
        Path precious = write(folder.resolve("elsewhere/precious"));
        Files.createSymbolicLink(home.artifacts(), precious.getParent());

        home.clear();

        assertThat(precious).exists();
        assertThat(home.artifacts()).doesNotExist();
    }

    @Test
    void aFolderWithOtherFilesIsRefusedAndLeftAlone() throws IOException {
        Path precious = write(folder.resolve("precious"));
        Home home = new Home(folder);

        assertThatThrownBy(home::prepare)
                .isInstanceOf(CliException.class)
                .hasMessageContaining("holds other files")
                .hasMessageContaining("--home");
        home.clear();

        assertThat(precious).exists();
    }

    @Test
    void anOwnOnlyFileIsReplacedWhole() throws IOException {
        Path file = write(folder.resolve("secret"));

        Home.writeOwnOnly(file, "new");

        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    private static Path write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Files.writeString(file, "content");
    }
}
