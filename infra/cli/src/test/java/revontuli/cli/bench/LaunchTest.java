package revontuli.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.cli.Service;

class LaunchTest {
    @TempDir
    Path root;

    private Path application;
    private Path installed;

    @BeforeEach
    void folders() throws IOException {
        application = Files.createDirectories(root.resolve("safety-svc/target/quarkus-app"));
        installed = Files.createDirectories(root.resolve("safety-svc/target/native"));
    }

    @Test
    void whatIsNotBuiltIsNamedWithTheCommandThatBuildsIt() {
        assertThat(why(Mode.JVM)).contains("infra/revontuli");
        assertThat(why(Mode.NATIVE)).contains("infra/revontuli native safety-svc");
    }

    @Test
    void aCacheOlderThanTheJarIsNone() throws IOException {
        Path jar = Files.createFile(application.resolve("quarkus-run.jar"));
        Path cache = Files.createFile(application.resolve("app.aot"));
        Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2026-01-02T00:00:00Z")));
        Files.setLastModifiedTime(cache, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));

        assertThat(why(Mode.AOT)).contains("two runs of `infra/revontuli up`");

        Files.setLastModifiedTime(cache, FileTime.from(Instant.parse("2026-01-03T00:00:00Z")));
        assertThat(ready(Mode.AOT).command()).contains("-XX:AOTMode=on", "-XX:AOTCache=app.aot");
    }

    @Test
    void onlyJitUsesBothCompilersAndEveryModeHasTheSameHeap() throws IOException {
        Files.createFile(application.resolve("quarkus-run.jar"));
        executable();

        assertThat(ready(Mode.JVM).command()).contains("-XX:TieredStopAtLevel=1", "-Xmx160m");
        assertThat(ready(Mode.JIT).command())
                .doesNotContain("-XX:TieredStopAtLevel=1")
                .contains("-Xmx160m");
        assertThat(ready(Mode.NATIVE).command()).contains("-Xmx160m");
    }

    @Test
    void settingsTakeTheirPlaceAndTheExecutableTellsWhatMadeIt() throws IOException {
        executable();
        Files.writeString(installed.resolve("native-image.txt"), "GraalVM 25.0.2\noptimised\n");

        Launch launch = ready(Mode.NATIVE);

        assertThat(launch.with(root.resolve("my.properties")))
                .contains("-Dquarkus.config.locations="
                        + root.resolve("my.properties").toUri())
                .noneMatch(word -> word.contains("{"))
                .startsWith(installed.resolve("safety-svc").toString());
        assertThat(launch.built()).isEqualTo("GraalVM 25.0.2; optimised");
    }

    private void executable() throws IOException {
        assertThat(Files.createFile(installed.resolve("safety-svc")).toFile().setExecutable(true))
                .isTrue();
    }

    private Launch ready(Mode mode) {
        return ((Launch.Found.Ready) Launch.find(root, Service.SAFETY, mode)).launch();
    }

    private String why(Mode mode) {
        return ((Launch.Found.Missing) Launch.find(root, Service.SAFETY, mode)).why();
    }
}
