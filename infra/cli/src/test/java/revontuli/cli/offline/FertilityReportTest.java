package revontuli.cli.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import revontuli.cli.CliException;

/// The shipped tokenizer on texts made here.
class FertilityReportTest {
    @TempDir
    Path folder;

    private TokenizerFolder tokenizer;
    private FertilityReport report;

    @BeforeEach
    void open() {
        tokenizer = TokenizerFolder.open(Path.of("src/main/dist/model"));
        report = new FertilityReport(tokenizer.digest().toString(), tokenizer.codec());
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
    }

    @Test
    void languagesAreCountedAndRelatedToTheBaseline() throws Exception {
        write("en.jsonl", "{\"id\":\"1\",\"text\":\"the same words\"}\n{\"id\":\"2\",\"text\":\"the same words\"}\n");
        write("xx.txt", "the same words the same words\n\n");
        write("notes.md", "not a language");

        report.read(List.of(folder));
        JsonNode json = report.json("en");

        assertThat(json.path("languages")).hasSize(2);
        JsonNode english = json.path("languages").get(0);
        JsonNode other = json.path("languages").get(1);
        assertThat(english.path("words").asInt()).isEqualTo(6);
        assertThat(english.path("bytes").asInt()).isEqualTo(28);
        assertThat(english.path("tokens_per_word").asDouble())
                .isEqualTo(Math.round(english.path("tokens").asInt() / 6.0 * 10_000) / 10_000.0);
        assertThat(english.path("relative").path("tokens_per_text").asDouble()).isEqualTo(1.0);
        assertThat(other.path("relative").path("tokens_per_text").asDouble()).isBetween(1.5, 2.5);
        assertThat(json.path("tokenizer").asText()).isEqualTo(tokenizer.digest().toString());
    }

    @Test
    void pictureIsSvgWithAxesForBothBackgrounds() throws Exception {
        write("en.txt", "hello\n");
        write("a&<b.txt", "hello again and again\n");

        report.read(List.of(folder));
        String svg = report.picture("en");

        Document parsed =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(parsed.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(parsed.getElementsByTagName("rect").getLength()).isEqualTo(8);
        assertThat(svg).contains("prefers-color-scheme: dark", "tokens per byte of UTF-8", "a&amp;&lt;b");
    }

    @Test
    void badTextsAreNamed() throws Exception {
        write("en.jsonl", "{\"text\":1}\n");
        assertThatThrownBy(() -> report.read(List.of(folder)))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("en.jsonl, line 1");
        assertThatThrownBy(() -> report.read(List.of(folder.resolve("none.txt"))))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("none.txt");
        write("fi.jsonl", "{\"text\":\"half \\ud83d\"}\n");
        assertThatThrownBy(() -> report.read(List.of(folder.resolve("fi.jsonl"))))
                .hasMessageContaining("LONE_SURROGATE");
        write("vi.txt", "x\n");
        report.read(List.of(folder.resolve("vi.txt")));
        assertThatThrownBy(() -> report.json("en")).hasMessageContaining("--baseline");
    }
}
