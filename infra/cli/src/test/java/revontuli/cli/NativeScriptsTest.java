package revontuli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the scripts of `infra/native` say when they cannot build, before they begin to.
class NativeScriptsTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void aHomeWithoutBuilderIsNamed() throws Exception {
        Said said = run(Map.of("GRAALVM_HOME", folder.toString()), "build", "--force", "tokenizer-svc");

        assertThat(said.exit).isEqualTo(3);
        assertThat(said.text)
                .contains("GRAALVM_HOME=" + folder + " has no bin/native-image")
                .contains("GraalVM 25");
    }

    @Test
    void anotherVersionIsNamed() throws Exception {
        Said said = run(Map.of("GRAALVM_HOME", graalVm("21.0.2")), "build", "--force", "tokenizer-svc");

        assertThat(said.exit).isEqualTo(3);
        assertThat(said.text).contains("is not version 25").contains("unset it");
    }

    @Test
    void tooLittleMemoryIsSaidWithFigures() throws Exception {
        Path meminfo = Files.writeString(folder.resolve("meminfo"), "MemAvailable:    2097152 kB\n");

        Said said = run(
                Map.of("GRAALVM_HOME", graalVm("25.0.2"), "REVONTULI_MEMINFO", meminfo.toString()),
                "build",
                "--force",
                "tokenizer-svc");

        assertThat(said.exit).isEqualTo(3);
        assertThat(said.text).contains("MiB of free memory, 2048 MiB are free");
    }

    @Test
    void anUnknownServiceIsRefusedWithTheOnesThereAre() throws Exception {
        Said said = run(Map.of(), "build", "tokeniser");

        assertThat(said.exit).isEqualTo(2);
        assertThat(said.text).contains("no service 'tokeniser'").contains("tokenizer-svc");
    }

    @Test
    void withoutACompilerItSaysWhatToInstall() throws Exception {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : List.of("sh", "uname", "grep")) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/bin", tool));
        }

        Said said = run(
                Map.of("PATH", tools.toString()),
                "assemble",
                System.getProperty("java.home"),
                folder.resolve("graalvm").toString());

        assertThat(said.exit).isEqualTo(3);
        assertThat(said.text).contains("gcc is missing").contains("install it");
    }

    @Test
    void whatIsNotBuiltCannotBeChecked() throws Exception {
        Said said = run(Map.of(), "check", "no-such-svc");

        assertThat(said.exit).isEqualTo(3);
        assertThat(said.text).contains("no-such-svc has no executable").contains("infra/revontuli native");
    }

    @Test
    void theTurnIsOneOfTheFour() throws Exception {
        Said said = run(Map.of(), "turn");

        assertThat(said.exit).isZero();
        assertThat(said.text.strip()).isIn("tokenizer-svc", "safety-svc", "inference-svc", "trainer-svc");
    }

    /// A stand-in that only tells its version.
    private String graalVm(String version) throws IOException {
        Path program = folder.resolve("graal/bin/native-image");
        Files.createDirectories(program.getParent());
        Files.writeString(program, "#!/bin/sh\necho native-image %s\n".formatted(version));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return folder.resolve("graal").toString();
    }

    private record Said(int exit, String text) {}

    private static Said run(Map<String, String> environment, String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("/bin/sh", ROOT.resolve("infra/native").resolve(script).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> whole = new HashMap<>(environment);
        whole.putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("GRAALVM_HOME");
        builder.environment().putAll(whole);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Said(process.exitValue(), text);
    }
}
