package revontuli.transparency.receipt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import revontuli.transparency.json.Json;
import revontuli.transparency.receipt.ReceiptVerification.Bad;
import revontuli.transparency.receipt.ReceiptVerification.Reason;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.SealedRecord;

/// The records of a receipt once each is known to be in the log, with looks for what they say.
final class Evidence {
    private final List<Found> all = new ArrayList<>();

    /// A record at its place.
    record Found(long index, SealedRecord leaf) {
        AuditEvent event() {
            return leaf.record().event();
        }

        String action() {
            return event().act().action();
        }

        String subject() {
            return event().subject().name();
        }

        String service() {
            return event().writer().service();
        }

        String digest(String role) {
            return Optional.ofNullable(event().digests().get(role))
                    .map(Object::toString)
                    .orElse("");
        }

        /// A fact that is a text, else empty.
        String fact(String name) {
            return event().facts().members().get(name) instanceof Json.Text(var value) ? value : "";
        }

        String name() {
            return "record " + index;
        }

        Bad bad(Reason reason, String message) {
            return new Bad(reason, name(), action() + " " + message);
        }
    }

    void add(Found found) {
        all.add(found);
    }

    List<Found> where(Predicate<Found> wanted) {
        return all.stream().filter(wanted).toList();
    }

    Optional<Found> first(Predicate<Found> wanted) {
        return all.stream().filter(wanted).findFirst();
    }

    Optional<Found> last(Predicate<Found> wanted) {
        return all.reversed().stream().filter(wanted).findFirst();
    }

    Found require(String what, Predicate<Found> wanted) throws Bad {
        return first(wanted)
                .orElseThrow(() -> new Bad(Reason.RECORD_MISSING, what, "the receipt holds no record of " + what));
    }
}
