package revontuli.platform.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledLibrariesTest {
    private final Properties before = new Properties();

    @TempDir
    Path folder;

    @BeforeEach
    void keepProperties() {
        before.putAll(System.getProperties());
    }

    @AfterEach
    void restoreProperties() {
        System.setProperties(before);
    }

    @Test
    void namesWhatLiesBesideTheExecutable() throws IOException {
        Path library = folder.resolve("djl/tokenizers/libtokenizers.so");
        Files.createDirectories(library.getParent());
        Files.createFile(library);
        Files.createDirectories(folder.resolve("djl/jna"));

        InstalledLibraries.use(folder.resolve("tokenizer-svc"), List.of("jna", "tokenizers"));

        assertThat(System.getProperty("RUST_LIBRARY_PATH")).isEqualTo(library.toString());
        assertThat(System.getProperty("jna.boot.library.path"))
                .isEqualTo(folder.resolve("djl/jna").toString());
        assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    }

    @Test
    void aMissingFolderIsNamedWithWhatToDo() {
        assertThatThrownBy(() -> InstalledLibraries.use(folder.resolve("inference-svc"), List.of("pytorch")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(folder.resolve("djl/pytorch").toString())
                .hasMessageContaining("copy the whole folder");
    }

    @Test
    void whatTheOperatorNamesComesFirst() {
        String installed = folder.resolve("libtorch").toString();
        System.setProperty("PYTORCH_LIBRARY_PATH", installed);

        InstalledLibraries.use(folder.resolve("inference-svc"), List.of("pytorch"));

        assertThat(System.getProperty("PYTORCH_LIBRARY_PATH")).isEqualTo(installed);
    }

    @Test
    void onAJavaMachineNothingIsNeeded() {
        InstalledLibraries.use(List.of("pytorch"));

        assertThat(System.getProperty("PYTORCH_LIBRARY_PATH")).isEqualTo(before.getProperty("PYTORCH_LIBRARY_PATH"));
    }
}
