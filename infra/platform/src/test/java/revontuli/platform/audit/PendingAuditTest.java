package revontuli.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.AuditEvent;

/// The database puts number and time into the body of a record: at their places, whatever else the record says.
class PendingAuditTest {
    private static final Instant DRAWN = Instant.parse("2026-11-26T01:02:03.000004Z");
    private static final String LURE = "\"subject_number\":\"9\",\"recorded_time\":\"x\"";

    @Test
    void numberAndTimeStandAtTheirPlacesAndNowhereElse() {
        PendingAudit.Parts parts = PendingAudit.Parts.of(event(1, Instant.EPOCH).bytes());

        String whole = text(parts.beforeTime()) + "2026-11-26T01:02:03.000004Z" + text(parts.beforeNumber()) + "1234567"
                + text(parts.rest());

        assertThat(AuditEvent.parse(whole.getBytes(StandardCharsets.UTF_8))).isEqualTo(event(1_234_567, DRAWN));
    }

    private static AuditEvent event(long number, Instant recorded) {
        Json.Fields lure = Json.fields().with("recorded_time", "ä").with("subject_number", "7");
        return new AuditEvent(
                new UUID(1, 2),
                new AuditEvent.Writer("trainer-svc", Digest.of(new byte[0])),
                new AuditEvent.Act("job.queued", LURE.substring(0, 40), LURE, LURE),
                new AuditEvent.Subject("jobs/ä" + LURE, number, "", "QUEUED"),
                new AuditEvent.Times(DRAWN, recorded),
                new TreeMap<>(),
                lure.with("zz", lure).with("text", LURE));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
