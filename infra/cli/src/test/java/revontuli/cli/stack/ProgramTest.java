package revontuli.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.cli.CliException;
import revontuli.cli.Service;

class ProgramTest {
    private static final Path SETTINGS = Path.of("/settings.properties");
    private static final Instant BUILT = Instant.parse("2026-11-25T08:00:00Z");

    @TempDir
    Path root;

    @Test
    void aCacheIsRecordedThenMadeThenUsedAndVoidAfterARebuild() throws IOException {
        Path folder = root.resolve("app");
        Path jar = file("app/quarkus-run.jar", BUILT);
        Program program = JavaProgram.packaged(folder, "64m", true);

        assertThat(program.command(SETTINGS)).contains("-XX:AOTMode=record", "-XX:AOTConfiguration=app.aotconf.new");
        assertThat(program.mode()).isEqualTo("JVM, recording for an AOT cache");
        file("app/app.aotconf.new", BUILT.plusSeconds(60));
        program.ended(true);

        assertThat(program.command(SETTINGS)).noneMatch(option -> option.startsWith("-XX:AOT"));
        assertThat(program.mode()).isEqualTo("JVM; its AOT cache is made while it runs");
        AotCache cache = program.toImprove().orElseThrow();
        file("app/app.aot.new", BUILT.plusSeconds(90));
        assertThat(cache.keep()).isTrue();

        assertThat(program.command(SETTINGS)).contains("-XX:AOTCache=app.aot", "-XX:AOTMode=on");
        assertThat(program.mode()).isEqualTo("JVM with AOT cache");
        assertThat(program.toImprove()).isEmpty();

        Files.setLastModifiedTime(jar, FileTime.from(BUILT.plusSeconds(3600)));
        assertThat(program.command(SETTINGS)).contains("-XX:AOTMode=record");
    }

    @Test
    void oneSetOfOptionsRecordsMakesAndUses() throws IOException {
        file("app/quarkus-run.jar", BUILT);
        Program program = JavaProgram.packaged(root.resolve("app"), "64m", true);
        List<String> recording = tail(program.command(SETTINGS));
        file("app/app.aotconf", BUILT.plusSeconds(60));
        AotCache cache = program.toImprove().orElseThrow();

        List<String> making = tail(cache.making().command());
        file("app/app.aot", BUILT.plusSeconds(90));

        assertThat(making).isEqualTo(recording).contains("-XX:+UseSerialGC", "-jar");
        assertThat(tail(program.command(SETTINGS))).isEqualTo(recording);
    }

    /// What follows the options that differ on purpose.
    private static List<String> tail(List<String> command) {
        return command.subList(command.indexOf("-Xmx64m"), command.size());
    }

    @Test
    void aCacheThatDoesNotFitIsDroppedAndSaidNeverInSilence() throws Exception {
        Path jar = file("app/quarkus-run.jar", BUILT);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "nowhere.Main");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        Files.setLastModifiedTime(jar, FileTime.from(BUILT));
        file("app/app.aot", BUILT.plusSeconds(60));
        Program program = JavaProgram.packaged(jar.resolveSibling(""), "64m", true);
        Path log = root.resolve("log");

        Process process = new ProcessBuilder(program.command(SETTINGS))
                .directory(program.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(process.exitValue()).isNotZero();
        assertThat(program.retreat(FirstError.in(log, 0)))
                .hasValueSatisfying(reason -> assertThat(reason).contains("AOT cache does not fit and is dropped"));
        assertThat(jar.resolveSibling("app.aot")).doesNotExist();
        assertThat(program.retreat("anything")).as("only once").isEmpty();
    }

    @Test
    void withoutRecordingTheStartSaysSo() throws IOException {
        file("app/quarkus-run.jar", BUILT);
        Program program = JavaProgram.packaged(root.resolve("app"), "64m", false);

        assertThat(program.command(SETTINGS)).noneMatch(option -> option.startsWith("-XX:AOT"));
        assertThat(program.mode()).isEqualTo("JVM without AOT cache");
    }

    @Test
    void aMissingExecutableIsNamedWithWhatToDo() {
        assertThatThrownBy(() -> ServiceSpec.built(root, Set.of(Service.values()), false))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("tokenizer-svc has no executable")
                .hasMessageContaining("infra/revontuli native tokenizer-svc");
    }

    @Test
    void anExecutableOlderThanASourceIsRefusedAndTheSourceNamed() throws IOException {
        Path executable = file("tokenizer-svc/target/native/tokenizer-svc", BUILT);
        assertThat(executable.toFile().setExecutable(true)).isTrue();
        file("infra/platform/src/main/java/Old.java", BUILT.minusSeconds(1));
        file("infra/cli/src/main/java/NotInIt.java", BUILT.plusSeconds(1));
        Program program = NativeProgram.built(root, Service.TOKENIZER, "64m");
        assertThat(program.command(SETTINGS)).startsWith(executable.toString(), "-Xmx64m");
        assertThat(program.mode()).isEqualTo("native");

        file("infra/platform/src/main/java/New.java", BUILT.plusSeconds(1));

        assertThatThrownBy(() -> NativeProgram.built(root, Service.TOKENIZER, "64m"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("older than infra/platform/src/main/java/New.java");
    }

    private Path file(String name, Instant time) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
        Files.setLastModifiedTime(file, FileTime.from(time));
        return file;
    }
}
