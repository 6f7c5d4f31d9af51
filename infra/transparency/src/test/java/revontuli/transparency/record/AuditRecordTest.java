package revontuli.transparency.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.record.AuditEvent.Act;
import revontuli.transparency.record.AuditEvent.Subject;
import revontuli.transparency.record.AuditEvent.Times;
import revontuli.transparency.record.AuditEvent.Writer;

class AuditRecordTest {
    private static final String SOURCE = "sources/inference-0192f3a4-5b6c-7d8e-9f00-112233445566";
    private static final SigningKey KEY = SigningKey.ofSeed(new byte[32]);

    @Test
    void aRecordAndItsBytesDetermineEachOther() {
        AuditRecord record = new AuditRecord(SOURCE, 7, event(facts(3)));

        assertThat(AuditRecord.parse(record.bytes())).isEqualTo(record);
        assertThat(AuditRecord.parse(record.bytes()).bytes()).isEqualTo(record.bytes());
        assertThat(AuditEvent.parse(record.event().bytes())).isEqualTo(record.event());
    }

    @Test
    void aLeafIsCutAndNeverWrittenAnew() {
        AuditRecord record = new AuditRecord(SOURCE, 7, event(facts(3)));
        SealedRecord sealed = SealedRecord.seal(record, KEY);

        SealedRecord read = SealedRecord.parse(sealed.leaf());

        assertThat(read).isEqualTo(sealed).hasSameHashCodeAs(sealed);
        assertThat(read.record()).isEqualTo(record);
        assertThat(read.recordBytes()).isEqualTo(record.bytes());
        assertThat(read.signature()).isEqualTo(KEY.sign(record.bytes()));
        assertThat(read.isSignedBy(KEY.verifyingKey())).isTrue();
        assertThat(read.isSignedBy(SigningKey.generate().verifyingKey())).isFalse();
    }

    @Test
    void everyChangedByteOfALeafIsMalformedOrNotSigned() {
        byte[] leaf = SealedRecord.seal(new AuditRecord(SOURCE, 7, event(facts(1))), KEY)
                .leaf();
        for (int i = 0; i < leaf.length; i++) {
            byte[] changed = leaf.clone();
            changed[i] ^= 1;
            try {
                assertThat(SealedRecord.parse(changed).isSignedBy(KEY.verifyingKey()))
                        .as("byte %d", i)
                        .isFalse();
            } catch (MalformedException malformed) {
                assertThat(malformed.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void timesAreCutToMicroseconds() {
        Times times = new Times(Instant.parse("2026-01-31T12:00:00.123456789Z"), Instant.parse("2026-01-31T12:00:01Z"));

        assertThat(times.event()).isEqualTo(Instant.parse("2026-01-31T12:00:00.123456Z"));
        assertThat(new String(event(times).bytes(), UTF_8))
                .contains("\"event_time\":\"2026-01-31T12:00:00.123456Z\"")
                .contains("\"recorded_time\":\"2026-01-31T12:00:01.000000Z\"");
    }

    @Test
    void whatFitsAnEventFitsALeaf() {
        String service = "s".repeat(32);
        String wide = "\u0905"; // three bytes in UTF-8, the most that one UTF-16 unit can take
        TreeMap<String, Digest> digests = new TreeMap<>();
        for (int i = 0; i < 64; i++) {
            digests.put("d".repeat(62) + (char) ('a' + i / 26) + (char) ('a' + i % 26), Digest.of());
        }
        int room = AuditEvent.FACTS_BYTES_MAX - "{\"x\":\"\"}".length();
        Instant time = Instant.parse("9999-12-31T23:59:59.999999Z");

        AuditEvent largest = new AuditEvent(
                new UUID(-1, -1),
                new Writer(service, Digest.of()),
                new Act("a." + "b".repeat(62), wide.repeat(64), wide.repeat(256), wide.repeat(128)),
                new Subject(wide.repeat(256), Long.MAX_VALUE, "S".repeat(32), "S".repeat(32)),
                new Times(time, time),
                digests,
                Json.fields().with("x", "y".repeat(room)));
        AuditRecord record = new AuditRecord("sources/" + service + "-" + new UUID(-1, -1), Long.MAX_VALUE, largest);
        byte[] leaf = SealedRecord.seal(record, KEY).leaf();

        assertThat(leaf).hasSizeBetween(SealedRecord.BYTES_MAX - 8_192, SealedRecord.BYTES_MAX);
        assertThat(SealedRecord.parse(leaf).record()).isEqualTo(record);
        assertThat(SealedRecord.sealAll(Collections.nCopies(64, record), KEY)).hasSize(64);
        assertThatThrownBy(() -> event(Json.fields().with("x", "y".repeat(room + 1))))
                .hasMessageContaining("'facts'");
    }

    @Test
    void halfOfASurrogatePairIsRefusedBeforeItIsStored() {
        assertThatThrownBy(() -> new Act("a.b", "demo", "users/\ud800", "")).hasMessageContaining("'actor'");
        assertThatThrownBy(() -> event(Json.fields().with("x", "\udc00"))).isInstanceOf(MalformedException.class);
    }

    @Test
    void depthCountsFromTheLeaf() {
        assertThat(SealedRecord.parse(SealedRecord.seal(new AuditRecord(SOURCE, 7, event(nested(14))), KEY)
                        .leaf()))
                .isNotNull();
        assertThatThrownBy(() -> event(nested(15))).hasMessageContaining("16");
    }

    @Test
    void everyFieldIsRefusedByItsName() {
        String good = new String(new AuditRecord(SOURCE, 7, event(facts(1))).bytes(), UTF_8);
        Map<String, List<String>> wrong = new TreeMap<>(Map.ofEntries(
                Map.entry("action", List.of("", "generation", "Generation.admitted", "a..b", "a." + "b".repeat(63))),
                Map.entry("actor", List.of("", "a\\nb", "a".repeat(257))),
                Map.entry("build", List.of("", "sha256:00")),
                Map.entry(
                        "event_time",
                        List.of(
                                "",
                                "2026-01-31T12:00:00Z",
                                "2026-02-31T12:00:00.000000Z",
                                "2026-01-31T24:00:00.000000Z",
                                "1969-12-31T23:59:59.999999Z",
                                "2026-01-31T12:00:00.000000+00:00")),
                Map.entry("id", List.of("", "1-1-1-1-1", "0192F3A4-5B6C-7D8E-9F00-112233445566")),
                Map.entry("number", List.of("", "0", "-1", "07", "7.0")),
                Map.entry("recorded_time", List.of("now")),
                Map.entry("request", List.of("a\\u0000", "a".repeat(129))),
                Map.entry("schema", List.of("", "revontuli.audit.v2")),
                Map.entry("service", List.of("", "Inference", "i".repeat(33))),
                Map.entry(
                        "source",
                        List.of(
                                "",
                                "sources/",
                                "sources/trainer-0192f3a4-5b6c-7d8e-9f00-112233445566",
                                "sources/inference-x")),
                Map.entry("state_after", List.of("queued", "A B")),
                Map.entry("state_before", List.of("queued")),
                Map.entry("subject", List.of("", "a".repeat(257))),
                Map.entry("subject_number", List.of("0", "x")),
                Map.entry("tenant", List.of("a\\tb", "a".repeat(65)))));

        wrong.forEach((field, values) -> {
            for (String value : values) {
                String changed = good.replaceFirst(
                        "\"" + field + "\":\"[^\"]*\"", "\"" + field + "\":\"" + value.replace("\\", "\\\\") + "\"");
                assertThat(changed).isNotEqualTo(good);
                assertThatThrownBy(() -> AuditRecord.parse(changed.getBytes(UTF_8)))
                        .as("%s = %s", field, value)
                        .isInstanceOf(MalformedException.class)
                        .hasMessageContaining("'" + field + "'");
            }
        });
    }

    @Test
    void aFieldMoreOrLessIsMalformed() {
        String good = new String(new AuditRecord(SOURCE, 7, event(facts(1))).bytes(), UTF_8);
        for (String text : List.of(
                good.replace("\"actor\":\"users/aino\",", ""),
                good.replace("\"actor\":\"users/aino\"", "\"actor\":\"users/aino\",\"actor2\":\"x\""),
                good.replaceFirst("\"digests\":\\{[^}]*}", "\"digests\":[]"),
                good.replaceFirst("\"facts\":\\{[^}]*}", "\"facts\":\"\""),
                good.replace("\"model\":\"sha256", "\"Model\":\"sha256"))) {
            assertThat(text).isNotEqualTo(good);
            assertThatThrownBy(() -> AuditRecord.parse(text.getBytes(UTF_8))).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void theLeafsFrameIsExact() {
        String leaf = new String(
                SealedRecord.seal(new AuditRecord(SOURCE, 7, event(facts(1))), KEY)
                        .leaf(),
                UTF_8);
        for (String text : List.of(
                "",
                "{}",
                "{\"record\":{},\"signature\":\"" + "A".repeat(86) + "==\"}",
                " " + leaf,
                leaf + " ",
                leaf + "\n",
                leaf.replace("{\"record\"", "{\"recorD\""),
                leaf.replace(",\"signature\"", ", \"signature\""),
                leaf.replace("==\"}", "=\"}"),
                leaf.replace("==\"}", "AA\"}"),
                "x".repeat(SealedRecord.BYTES_MAX + 1))) {
            assertThatThrownBy(() -> SealedRecord.parse(text.getBytes(UTF_8))).isInstanceOf(MalformedException.class);
        }
    }

    private static Json.Fields facts(int count) {
        TreeMap<String, String> facts = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            facts.put("fact" + i, "Revontulet \u2014 \u0905\u0930\u094b\u0930\u093e \ud83c\udf0c");
        }
        return Json.Fields.ofTexts(facts);
    }

    private static Json.Fields nested(int levels) {
        Json.Fields fields = Json.fields();
        for (int i = 1; i < levels; i++) {
            fields = Json.fields().with("a", fields);
        }
        return fields;
    }

    private static AuditEvent event(Json.Fields facts) {
        Instant time = Instant.parse("2026-01-31T12:00:00.000001Z");
        return event(facts, new Times(time, time));
    }

    private static AuditEvent event(Times times) {
        return event(Json.fields(), times);
    }

    private static AuditEvent event(Json.Fields facts, Times times) {
        return new AuditEvent(
                UUID.fromString("0192f3a4-5b6c-7d8e-9f00-aabbccddeeff"),
                new Writer("inference", Digest.of("build".getBytes(UTF_8))),
                new Act("generation.admitted", "demo", "users/aino", "request-1"),
                new Subject("generations/g1", 1, "", "ADMITTED"),
                times,
                new TreeMap<>(Map.of("model", Digest.of("model".getBytes(UTF_8)))),
                facts);
    }
}
