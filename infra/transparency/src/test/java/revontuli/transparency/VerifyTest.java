package revontuli.transparency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.transparency.export.TestLog;

class VerifyTest {
    private static final String KEY = TestLog.KEY.verifyingKey().base64();

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aGoodExportIsOk() throws IOException {
        TestLog log = TestLog.generated(1);
        log.write(folder.resolve("export"));

        int code = run(folder.resolve("export").toString(), "--key", KEY);

        assertThat(code).isZero();
        assertThat(out.toString(UTF_8))
                .startsWith("ok: " + log.leaves().size() + " leaves")
                .contains("note: sources/inference-")
                .contains("open after");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void oneChangedByteIsNamedForPrograms() throws IOException {
        TestLog.generated(1).write(folder.resolve("export"));
        Path leaves = folder.resolve("export/leaves.jsonl");
        List<String> lines = Files.readAllLines(leaves);
        lines.set(17, lines.get(17).replace("users/aino", "users/bino"));
        Files.write(leaves, lines);

        int code = run(folder.resolve("export").toString(), "--key", KEY, "--json");

        assertThat(code).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .startsWith("{\"ok\":false,\"first_bad\":17,\"reason\":\"BAD_SIGNATURE\",\"message\":\"")
                .endsWith("],\"pruned\":-1}" + System.lineSeparator());
    }

    @Test
    void oneChangedByteIsNamedForPeople() throws IOException {
        TestLog.generated(1).write(folder.resolve("export"));
        Path leaves = folder.resolve("export/leaves.jsonl");
        byte[] bytes = Files.readAllBytes(leaves);
        bytes[0] ^= 1;
        Files.write(leaves, bytes);

        assertThat(run("--key", KEY, folder.resolve("export").toString())).isEqualTo(1);
        assertThat(out.toString(UTF_8)).startsWith("BAD at leaf 0: LEAF_MALFORMED: ");
    }

    @Test
    void theKeyMayLieInAFile() throws IOException {
        TestLog.generated(1).write(folder.resolve("export"));
        Path key = Files.writeString(folder.resolve("log.pub"), KEY + "\n");

        assertThat(run(folder.resolve("export").toString(), "--key", key.toString()))
                .isZero();
    }

    @Test
    void anOlderCheckpointShowsThatTheTailWasCut() throws IOException {
        TestLog log = TestLog.generated(1);
        byte[] kept = log.checkpoint(log.leaves().size()).bytes();
        Path older = Files.write(folder.resolve("older"), kept);
        log.leaves().removeLast();
        log.write(folder.resolve("export"));
        String export = folder.resolve("export").toString();

        assertThat(run(export, "--key", KEY)).isZero();
        assertThat(out.toString(UTF_8)).contains("note: cannot tell");
        assertThat(run(export, "--key", KEY, "--checkpoint", older.toString())).isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("BAD at leaf " + log.leaves().size() + ": BEHIND_CHECKPOINT");
    }

    @Test
    void whatCannotBeJudgedIsNotCalledBad() throws IOException {
        TestLog.generated(1).write(folder.resolve("export"));
        String export = folder.resolve("export").toString();
        Path longKey = Files.writeString(folder.resolve("long.pub"), "A".repeat(2000));

        for (List<String> args : List.of(
                List.<String>of(),
                List.of(export),
                List.of(export, "--key"),
                List.of("--key", KEY),
                List.of(export, export, "--key", KEY),
                List.of(export, "--key", KEY, "--unknown"),
                List.of(export, "--key", "not a key"),
                List.of(export, "--key", longKey.toString()),
                List.of(folder.resolve("nowhere").toString(), "--key", KEY),
                List.of(export, "--key", KEY, "--checkpoint"),
                List.of(
                        export,
                        "--key",
                        KEY,
                        "--checkpoint",
                        folder.resolve("nowhere").toString()),
                List.of(export, "--key", KEY, "--checkpoint", longKey.toString()),
                List.of("\0", "--key", KEY))) {
            err.reset();
            assertThat(run(args.toArray(String[]::new))).as("%s", args).isEqualTo(2);
            assertThat(err.toString(UTF_8)).as("%s", args).isNotEmpty();
        }
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    private int run(String... args) {
        return Verify.run(List.of(args), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }
}
