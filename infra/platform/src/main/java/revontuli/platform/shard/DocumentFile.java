package revontuli.platform.shard;

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
import revontuli.platform.json.StrictJson;
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

    /// Where a line stands in the file, without its line feed.
    public record Place(long byteStart, long byteCount) {}

    /// One document.
    ///
    /// @param textBytes size of its text in UTF-8
    public record Document(long line, Place place, String id, String text, int textBytes) {}

    /// What a whole file holds.
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

    /// A line that is no document.
    ///
    /// @param byteStart place of its first byte in the file
    /// @param byteCount its bytes, without the line feed
    public record BadLine(long line, long byteStart, long byteCount, String reason, String message) {}

    /// Hears of lines that are no documents.
    @FunctionalInterface
    public interface BadLines {
        void take(BadLine bad);
    }

    /// Reads every document; answers how many there were. The first line that is none ends it with a fault.
    public long read(Reader reader) {
        return read(reader, bad -> {
            throw malformed(bad.line(), bad.message());
        });
    }

    /// Reads every document and tells of every line that is none; answers how many lines there were.
    public long read(Reader reader, BadLines badLines) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            long line = 0;
            long start = 0;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (long length = nextLine(in, bytes); length >= 0; length = nextLine(in, bytes)) {
                line++;
                if (line > limits.documentsMax()) {
                    throw malformed(line, "more than " + limits.documentsMax() + " documents");
                }
                try {
                    if (length > bytes.size()) {
                        throw new StrictJson.Malformed("longer than " + lineBytesMax() + " bytes");
                    }
                    reader.take(document(line, start, bytes.toByteArray()));
                } catch (StrictJson.Malformed e) {
                    badLines.take(new BadLine(line, start, length, "MALFORMED_LINE", String.valueOf(e.getMessage())));
                }
                start += length + 1;
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private long lineBytesMax() {
        return (long) limits.textBytesMax() * ESCAPE_FACTOR + FRAME_BYTES;
    }

    /// Reads a line, as far as it may be long; its whole length, or -1 at the end of the file.
    private long nextLine(InputStream in, ByteArrayOutputStream bytes) throws IOException {
        bytes.reset();
        long max = lineBytesMax();
        long length = 0;
        int b = in.read();
        if (b < 0) {
            return -1;
        }
        while (b >= 0 && b != '\n') {
            if (length < max) {
                bytes.write(b);
            }
            length++;
            b = in.read();
        }
        return length;
    }

    private Document document(long line, long start, byte[] bytes) throws StrictJson.Malformed {
        Map<String, Object> fields = StrictJson.object(bytes);
        if (fields.size() == 2 && fields.get("id") instanceof String id && fields.get("text") instanceof String text) {
            if (id.isEmpty() || id.length() > ID_CHARS_MAX) {
                throw new StrictJson.Malformed("the id must have 1 to " + ID_CHARS_MAX + " characters");
            }
            int size = text.getBytes(StandardCharsets.UTF_8).length;
            if (size == 0 || size > limits.textBytesMax()) {
                throw new StrictJson.Malformed("the text must have 1 to " + limits.textBytesMax() + " bytes");
            }
            return new Document(line, new Place(start, bytes.length), id, text, size);
        }
        throw new StrictJson.Malformed("must have exactly the texts \"id\" and \"text\"");
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
