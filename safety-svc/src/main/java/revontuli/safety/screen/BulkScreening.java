package revontuli.safety.screen;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.safety.policy.Category;
import revontuli.safety.policy.Direction;

/// Screens a file of JSON lines `{"id","text"}` into `{"id","action","scores":{category:
/// 0..1},"score","spans":[{"start","end","kind"}],"policy","rule"}`, one line for one line, in order. `score` tells
/// how likely the text is harmful in any category, personal data apart: the one figure to rank texts by.
///
/// A line that cannot be read gives `{"line","error":{"reason","message"}}` instead (with its `id` where it has
/// one) and does not stop the rest; empty lines are passed over. Span offsets are UTF-16 units. Holds one line at a
/// time, at most [#LINE_BYTES_MAX] bytes.
public final class BulkScreening {
    /// Room for the longest text with every unit escaped.
    public static final int LINE_BYTES_MAX = 2 * 1024 * 1024;

    private static final int ID_MAX = 256;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxStringLength(LINE_BYTES_MAX)
                    .build())
            .build();

    private final Screener screener;
    private final Direction direction;

    public BulkScreening(Screener screener, Direction direction) {
        this.screener = screener;
        this.direction = direction;
    }

    /// How many lines were judged and how many could not be read.
    public record Report(long judged, long bad) {
        /// 0 when every line was read, 1 otherwise.
        public int exitCode() {
            return bad == 0 ? 0 : 1;
        }
    }

    /// A line that could not be read, for people: `line 3: ...`.
    public record BadLine(long line, String reason, String message) {
        @Override
        public String toString() {
            return "line " + line + ": " + message + " (" + reason + ")";
        }
    }

    private record Item(String id, String text) {}

    /// Reads to the end of `in` and closes neither stream; `bad` hears of each bad line at once.
    public Report run(InputStream in, OutputStream out, Consumer<BadLine> bad) throws IOException {
        Lines lines = new Lines(in);
        long judged = 0;
        long badCount = 0;
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.setRootValueSeparator(null);
            for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
                @Nullable String id = null;
                try {
                    if (lines.tooLong) {
                        throw Fault.invalid(
                                "LINE_TOO_LONG", "line", "over " + LINE_BYTES_MAX + " bytes; split the text");
                    }
                    if (line.get().length == 0) {
                        continue;
                    }
                    Item item = parse(line.get());
                    id = item.id();
                    write(json, id, screener.screen(direction, item.text()).verdict());
                    judged++;
                } catch (FaultException refused) {
                    badCount++;
                    Fault fault = refused.fault();
                    writeBad(json, id, new BadLine(lines.number, fault.reason(), fault.message()), bad);
                }
            }
        }
        out.flush();
        return new Report(judged, badCount);
    }

    private static Item parse(byte[] line) {
        @Nullable String id = null;
        @Nullable String text = null;
        try (JsonParser json = JSON.createParser(decoded(line))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw Fault.invalid(
                        "MALFORMED_LINE", "line", "is not a JSON object; write {\"id\":\"...\",\"text\":\"...\"}");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                boolean known = field.equals("id") || field.equals("text");
                if (!known || json.nextToken() != JsonToken.VALUE_STRING) {
                    throw Fault.invalid(
                            "MALFORMED_LINE", field, known ? "must be a string" : "is not known; use id and text");
                }
                if (field.equals("id")) {
                    id = json.getText();
                } else {
                    text = json.getText();
                }
            }
            if (json.nextToken() != null) {
                throw Fault.invalid("MALFORMED_LINE", "line", "goes on after the object; write one object a line");
            }
        } catch (IOException e) {
            throw Fault.invalid("MALFORMED_LINE", "line", "is not JSON: " + firstLine(String.valueOf(e.getMessage())));
        }
        if (id == null || text == null) {
            throw Fault.invalid("MALFORMED_LINE", id == null ? "id" : "text", "is missing; add it");
        }
        if (id.length() > ID_MAX) {
            throw Fault.invalid("MALFORMED_LINE", "id", "is over " + ID_MAX + " characters; use a shorter one");
        }
        return new Item(id, text);
    }

    private static String decoded(byte[] line) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException _) {
            throw Fault.invalid("INVALID_UTF8", "line", "is not UTF-8; save the file as UTF-8");
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("unreadable");
    }

    private static void write(JsonGenerator json, String id, Verdict verdict) throws IOException {
        Grounds grounds = verdict.grounds();
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("action", verdict.action().id());
        json.writeObjectFieldStart("scores");
        for (Map.Entry<Category, Double> score : grounds.scores().byCategory().entrySet()) {
            json.writeNumberField(score.getKey().id(), Math.rint(score.getValue() * 10_000) / 10_000);
        }
        json.writeEndObject();
        json.writeNumberField("score", Math.rint(grounds.scores().harm() * 1_000_000) / 1_000_000);
        json.writeArrayFieldStart("spans");
        for (Finding finding : grounds.findings()) {
            json.writeStartObject();
            json.writeNumberField("start", finding.span().start());
            json.writeNumberField("end", finding.span().end());
            json.writeStringField("kind", finding.kind());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("policy", grounds.policy().resource());
        json.writeStringField("rule", rule(verdict));
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private static String rule(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Allowed _ -> "";
            case Verdict.Redacted(var _, var cause) -> cause.rule();
            case Verdict.Review(var _, var cause) -> cause.rule();
            case Verdict.Blocked(var _, var cause) -> cause.rule();
        };
    }

    private static void writeBad(JsonGenerator json, @Nullable String id, BadLine line, Consumer<BadLine> bad)
            throws IOException {
        bad.accept(line);
        json.writeStartObject();
        if (id != null) {
            json.writeStringField("id", id);
        }
        json.writeNumberField("line", line.line());
        json.writeObjectFieldStart("error");
        json.writeStringField("reason", line.reason());
        json.writeStringField("message", line.message());
        json.writeEndObject();
        json.writeEndObject();
        json.writeRaw('\n');
    }

    /// Lines of bytes, counted from 1; of one that is too long only the fact is kept.
    private static final class Lines {
        private final InputStream in;
        private long number;
        private boolean tooLong;

        Lines(InputStream in) {
            this.in = new BufferedInputStream(in, 64 * 1024);
        }

        Optional<byte[]> next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(512);
            int read = in.read();
            if (read < 0) {
                return Optional.empty();
            }
            number++;
            tooLong = false;
            while (read >= 0 && read != '\n') {
                if (line.size() < LINE_BYTES_MAX) {
                    line.write(read);
                } else {
                    tooLong = true;
                }
                read = in.read();
            }
            byte[] bytes = line.toByteArray();
            boolean carriage = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
            return Optional.of(carriage ? Arrays.copyOf(bytes, bytes.length - 1) : bytes);
        }
    }
}
