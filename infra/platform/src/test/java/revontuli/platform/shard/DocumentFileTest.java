package revontuli.platform.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.platform.fault.FaultException;

class DocumentFileTest {
    private static final String GOOD = "{\"id\":\"a\",\"text\":\"ä1\"}";

    @TempDir
    Path folder;

    private DocumentFile file(byte[] bytes) throws IOException {
        Path file = folder.resolve("documents.jsonl");
        Files.write(file, bytes);
        return new DocumentFile(file, new DocumentFile.Limits(6, 10));
    }

    private DocumentFile file(String text) throws IOException {
        return file(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void badLinesAreToldWithTheirPlaceAndTheRestGoesOn() throws IOException {
        String text = String.join(
                "\n", GOOD, "{", GOOD, "x".repeat(10_000), "{\"id\":\"b\",\"text\":\"" + "y".repeat(11) + "\"}", GOOD);
        List<DocumentFile.Document> documents = new ArrayList<>();
        List<DocumentFile.BadLine> bad = new ArrayList<>();

        long lines = file(text).read(documents::add, bad::add);

        assertThat(lines).isEqualTo(6);
        assertThat(documents).extracting(DocumentFile.Document::line).containsExactly(1L, 3L, 6L);
        assertThat(bad).extracting(DocumentFile.BadLine::line).containsExactly(2L, 4L, 5L);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        bad.forEach(line -> {
            assertThat(bytes[(int) (line.byteStart() - 1)]).isEqualTo((byte) '\n');
            assertThat(bytes[(int) (line.byteStart() + line.byteCount())]).isEqualTo((byte) '\n');
        });
        assertThat(documents.getLast().place().byteStart()
                        + documents.getLast().place().byteCount())
                .isEqualTo(bytes.length);
    }

    @Test
    void bytesThatAreNoTextAreABadLine() throws IOException {
        List<DocumentFile.BadLine> bad = new ArrayList<>();
        byte[] bytes = "{\"id\":\"a\",\"text\":\"??\"}".getBytes(StandardCharsets.UTF_8);
        bytes[19] = (byte) 0xC3;

        file(bytes).read(document -> {}, bad::add);

        assertThat(bad).singleElement().satisfies(line -> assertThat(line.message())
                .contains("UTF-8"));
    }

    @Test
    void textAtTheLimitIsReadAndOnePastItIsBad() throws IOException {
        List<DocumentFile.BadLine> bad = new ArrayList<>();
        file("{\"id\":\"a\",\"text\":\"0123456789\"}").read(document -> {}, bad::add);
        assertThat(bad).isEmpty();

        file("{\"id\":\"a\",\"text\":\"0123456789a\"}").read(document -> {}, bad::add);
        assertThat(bad).hasSize(1);
    }

    @Test
    void oneLineTooManyEndsTheReading() throws IOException {
        assertThat(file((GOOD + "\n").repeat(6)).read(document -> {})).isEqualTo(6);
        DocumentFile seven = file((GOOD + "\n").repeat(7));
        assertThatThrownBy(() -> seven.read(document -> {}, bad -> {})).isInstanceOf(FaultException.class);
    }
}
