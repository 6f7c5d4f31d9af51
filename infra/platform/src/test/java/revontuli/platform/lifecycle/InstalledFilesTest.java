package revontuli.platform.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.transparency.crypto.Digest;

class InstalledFilesTest {
    @TempDir
    Path folder;

    private Path executable;
    private Path library;
    private Path list;

    @BeforeEach
    void install() throws IOException {
        executable = Files.writeString(folder.resolve("safety-svc"), "program");
        library = folder.resolve("djl/a library.so");
        Files.createDirectories(library.getParent());
        Files.writeString(library, "code");
        list = folder.resolve("SHA256SUMS");
        Files.writeString(
                list,
                "%s  djl/a library.so\n%s  safety-svc\n"
                        .formatted(
                                Digest.of(library).hex(), Digest.of(executable).hex()));
    }

    @Test
    void findsNothingWhereNothingChanged() throws IOException {
        assertThat(files().firstChange()).isEmpty();
        assertThat(files().digest()).isEqualTo(Digest.of(list));
    }

    @Test
    void anExecutableWithoutListHasNone() throws IOException {
        Files.delete(list);

        assertThat(InstalledFiles.beside(executable)).isEmpty();
    }

    @Test
    void namesAChangedFile() throws IOException {
        Files.writeString(library, "Code");

        assertThat(files().firstChange()).hasValueSatisfying(said -> assertThat(said)
                .contains("a library.so is not the file that was built")
                .contains("infra/revontuli native"));
    }

    @Test
    void namesAMissingFile() throws IOException {
        Files.delete(library);

        assertThat(files().firstChange())
                .hasValueSatisfying(said -> assertThat(said).contains("a library.so is missing"));
    }

    @Test
    void namesALineThatIsNoneOfIts() throws IOException {
        Files.writeString(list, "what is this\n");

        assertThat(files().firstChange())
                .hasValueSatisfying(said -> assertThat(said).contains("what is this"));
    }

    private InstalledFiles files() {
        return InstalledFiles.beside(executable).orElseThrow();
    }
}
