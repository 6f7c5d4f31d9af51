package revontuli.cli.client;

import com.google.protobuf.util.Timestamps;
import java.util.List;
import revontuli.api.safety.v1.AuditRecord;
import revontuli.cli.Out;
import revontuli.transparency.export.Verification;

/// Audit records and what their verification found, for people.
public final class AuditRecords {
    private AuditRecords() {}

    public static void print(Out out, List<AuditRecord> records) {
        Table table = new Table("index", "time", "action", "subject", "actor", "service");
        for (AuditRecord record : records) {
            table.row(
                    Long.toString(record.getIndex()),
                    Timestamps.toString(record.getEventTime()),
                    record.getAction(),
                    record.getSubject(),
                    record.getActor(),
                    record.getService());
            out.jsonText(Wire.json(record));
        }
        table.print(out);
    }

    public static void print(Out out, Verification verification) {
        out.jsonText(verification.json());
        if (verification.ok()) {
            out.line(out.green("ok") + ": " + verification.message());
        } else {
            String where = verification.firstBad() < 0 ? "" : " at record " + verification.firstBad();
            out.line(out.red("NOT OK") + where + ": " + verification.reason() + ": " + verification.message());
        }
        verification.findings().forEach(finding -> out.line(out.dim("note: " + finding)));
    }
}
