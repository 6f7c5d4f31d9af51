package revontuli.cli.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import revontuli.bpe.BpeTokenizer;
import revontuli.bpe.Specials;
import revontuli.cli.ExitCode;

class TrainCommandTest {
    private static final Path SAMPLE = Path.of("src/main/dist/sample");

    @TempDir
    Path folder;

    private String said = "";

    @Test
    void sameTextInOtherOrderAndWithOtherThreadsGivesTheSameFile() throws Exception {
        String hindi = SAMPLE.resolve("hi.jsonl").toString();
        String code = SAMPLE.resolve("code.jsonl").toString();
        assertThat(train("a", hindi, code, "--threads", "1")).as(said).isEqualTo(ExitCode.OK);
        assertThat(train("b", code, hindi, "--threads", "3")).as(said).isEqualTo(ExitCode.OK);

        byte[] file = Files.readAllBytes(folder.resolve("a/tokenizer.json"));
        assertThat(file).isEqualTo(Files.readAllBytes(folder.resolve("b/tokenizer.json")));
        BpeTokenizer tokenizer = BpeTokenizer.read(file);
        assertThat(tokenizer.size()).isEqualTo(600);
        assertThat(tokenizer.encode("<|endoftext|>", Specials.AS_TOKENS)).containsExactly(0);
        String text = "any text \u0928\u092E\u0938\u094D\u0924\u0947 \uD83D\uDE00";
        assertThat(tokenizer.decode(tokenizer.encode(text, Specials.AS_TEXT), false))
                .isEqualTo(text);
        assertThat(folder.resolve("a/tokenizer.json.part")).doesNotExist();
    }

    @Test
    void longPlainTextIsReadWhole() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; lines.length() < 1_200_000; i++) {
            lines.append("line \u00E4 ").append(i % 7).append('\n');
        }
        write("lines.txt", lines + "Qzx Qzx Qzx");
        write("one-line.txt", "\u3042".repeat(400_000) + " Wvy Wvy Wvy");
        assertThat(train(
                        "a",
                        folder.resolve("lines.txt").toString(),
                        folder.resolve("one-line.txt").toString()))
                .as(said)
                .isEqualTo(ExitCode.OK);
        BpeTokenizer tokenizer = BpeTokenizer.read(Files.readAllBytes(folder.resolve("a/tokenizer.json")));
        // both ends were seen: a word that stands three times is one token
        assertThat(tokenizer.encode(" Qzx", Specials.AS_TEXT)).hasSize(1);
        assertThat(tokenizer.encode(" Wvy", Specials.AS_TEXT)).hasSize(1);
        assertThat(tokenizer.encode("\u3042", Specials.AS_TEXT)).hasSize(1);
    }

    @Test
    void whatIsWrongIsNamedWithItsPlace() throws Exception {
        write("bad.txt", "good\n");
        Files.write(folder.resolve("bad.txt"), new byte[] {'o', 'k', '\n', (byte) 0xC3});
        write("bad.jsonl", "{\"id\":\"1\",\"text\":\"good\"}\n{\"id\":\"2\",\"words\":\"none\"}\n");
        write("good.txt", "good words");
        String good = folder.resolve("good.txt").toString();

        refused("bad.txt is not UTF-8 at byte 3", folder.resolve("bad.txt").toString());
        refused("bad.jsonl, line 2", folder.resolve("bad.jsonl").toString());
        refused("there is no such file", folder.resolve("none.txt").toString());
        Files.createDirectories(folder.resolve("empty"));
        refused("no *.jsonl and no *.txt", folder.resolve("empty").toString());
        refused("size: must be from 257", good, "--size", "200");
        refused("specials: each must differ", good, "--special", "<|endoftext|>");
        refused("--threads must be", good, "--threads", "0");
        refused("--words-max", good, "--words-max", "0");
        refused("more than 1 different words", good, "--words-max", "1");
        refused("more than 5 bytes", good, "--corpus-bytes-max", "5");
        refused("--split", good, "--split", "none");
        assertThat(folder.resolve("out")).doesNotExist();

        assertThat(train("out", good)).as(said).isEqualTo(ExitCode.OK);
        refused("is there already", good);
        assertThat(train("out", good, "--force")).as(said).isEqualTo(ExitCode.OK);
    }

    private void refused(String why, String... args) {
        assertThat(train("out", args)).as(why).isEqualTo(ExitCode.USAGE);
        assertThat(said).contains(why);
    }

    private int train(String out, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of(
                "--special", "<|endoftext|>", "--out", folder.resolve(out).toString()));
        if (!all.contains("--size")) {
            all.addAll(List.of("--size", "600"));
        }
        StringWriter words = new StringWriter();
        int exit = new CommandLine(new TrainCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setErr(new PrintWriter(words, true))
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    words.append(e.getMessage());
                    return e instanceof revontuli.cli.CliException known ? known.exitCode() : ExitCode.REFUSED;
                })
                .execute(all.toArray(String[]::new));
        said = words.toString();
        return exit;
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
    }
}
