package revontuli.trainer.dataset;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.trainer.json.StrictJson;
import revontuli.transparency.crypto.Digest;

/// A file of documents: JSON Lines, each `{"id","text"}` and nothing else. Read line by line, with bounded memory.
public final class DocumentFile {
    private static final int ID_CHARS_MAX = 256;
    /// JSON may write one byte of text as six, by an escape.
    private static final int ESCAPE_FACTOR = 6;
    private static final int FRAME_BYTES = 4_096;

    private final Path file;
    private final Limits limits;

    public DocumentFile(Path file, Limits limits) {
        this.file = file;
        this.limits = limits;
    }

    /// The most documents, and the most UTF-8 bytes in one text.
    public record Limits(long documentsMax, int textBytesMax) {}

    public record Document(long line, String id, String text, int textBytes) {}

    public record Counts(long documents, long textBytes) {}

    /// Takes documents in order.
    @FunctionalInterface
    public interface Reader {
        void take(Document document);
    }

    /// Checks every line, ids included, and counts. A fault MALFORMED_LINE names the first bad line.
    public Counts check() {
        Ids ids = new Ids();
        long[] bytes = new long[1];
        long documents = read(document -> {
            ids.add(document.id());
            bytes[0] += document.textBytes();
        });
        if (documents == 0) {
            throw malformed(1, "the file holds no document");
        }
        Set<Long> suspects = ids.repeated();
        if (!suspects.isEmpty()) {
            refuseRepeated(suspects);
        }
        return new Counts(documents, bytes[0]);
    }

    /// Reads every document; answers how many there were.
    public long read(Reader reader) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            long line = 0;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (nextLine(in, bytes, line + 1)) {
                line++;
                if (line > limits.documentsMax()) {
                    throw malformed(line, "more than " + limits.documentsMax() + " documents");
                }
                reader.take(document(line, bytes.toByteArray()));
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private boolean nextLine(InputStream in, ByteArrayOutputStream bytes, long line) throws IOException {
        bytes.reset();
        long max = (long) limits.textBytesMax() * ESCAPE_FACTOR + FRAME_BYTES;
        int b = in.read();
        if (b < 0) {
            return false;
        }
        while (b >= 0 && b != '\n') {
            if (bytes.size() >= max) {
                throw malformed(line, "longer than " + max + " bytes");
            }
            bytes.write(b);
            b = in.read();
        }
        return true;
    }

    private Document document(long line, byte[] bytes) {
        try {
            Map<String, Object> fields = StrictJson.object(bytes);
            if (fields.size() == 2
                    && fields.get("id") instanceof String id
                    && fields.get("text") instanceof String text) {
                if (id.isEmpty() || id.length() > ID_CHARS_MAX) {
                    throw malformed(line, "the id must have 1 to " + ID_CHARS_MAX + " characters");
                }
                int size = text.getBytes(StandardCharsets.UTF_8).length;
                if (size == 0 || size > limits.textBytesMax()) {
                    throw malformed(line, "the text must have 1 to " + limits.textBytesMax() + " bytes");
                }
                return new Document(line, id, text, size);
            }
            throw malformed(line, "must have exactly the texts \"id\" and \"text\"");
        } catch (StrictJson.Malformed e) {
            throw malformed(line, String.valueOf(e.getMessage()));
        }
    }

    private void refuseRepeated(Set<Long> suspects) {
        Set<String> seen = new HashSet<>();
        read(document -> {
            if (suspects.contains(Ids.key(document.id())) && !seen.add(document.id())) {
                throw malformed(document.line(), "its id stands in an earlier line too");
            }
        });
    }

    private static FaultException malformed(long line, String why) {
        return new Fault.Invalid(
                        "MALFORMED_LINE",
                        "line " + line + ": " + why,
                        Map.of("field", "digest", "line", Long.toString(line)))
                .toException();
    }

    /// 64 bits of the digest of each id, so that a million ids take eight megabytes. Equal bits are only a suspicion.
    private static final class Ids {
        private long[] keys = new long[1_024];
        private int size;

        void add(String id) {
            if (size == keys.length) {
                keys = Arrays.copyOf(keys, size * 2);
            }
            keys[size++] = key(id);
        }

        static long key(String id) {
            byte[] digest = Digest.of(id.getBytes(StandardCharsets.UTF_8)).value();
            long key = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                key = (key << 8) | (digest[i] & 0xff);
            }
            return key;
        }

        Set<Long> repeated() {
            long[] sorted = Arrays.copyOf(keys, size);
            Arrays.sort(sorted);
            Set<Long> repeated = new HashSet<>();
            for (int i = 1; i < size; i++) {
                if (sorted[i] == sorted[i - 1]) {
                    repeated.add(sorted[i]);
                }
            }
            return repeated;
        }
    }
}
