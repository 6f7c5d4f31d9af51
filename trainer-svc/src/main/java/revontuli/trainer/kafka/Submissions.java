package revontuli.trainer.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Principals;
import revontuli.platform.caller.PublicKeyEntry;
import revontuli.platform.caller.Role;
import revontuli.platform.event.EventHandler;
import revontuli.platform.event.ReceivedEvent;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.kafka.Inbox;
import revontuli.trainer.TrainerConfig;
import revontuli.trainer.job.JobDesk;
import revontuli.transparency.crypto.DetachedJws;
import revontuli.transparency.crypto.Digest;

/// Takes jobs that were submitted over Kafka, in the transaction of the inbox.
///
/// The signature is verified over the exact bytes before a byte of them is read; whoever signed is the submitter, and
/// the tenant is the signer's. What is refused goes to the dead letters with its reason and leaves an audit record.
@ApplicationScoped
class Submissions implements EventHandler {
    private static final String SIGNATURE = "ce_authorization";

    private final Principals principals;
    private final Inbox inbox;
    private final JobDesk desk;
    private final long bytesMax;

    Submissions(Principals principals, Inbox inbox, JobDesk desk, TrainerConfig config) {
        this.principals = principals;
        this.inbox = inbox;
        this.desk = desk;
        this.bytesMax = config.jobs().submissionBytesMax().asLongValue();
    }

    @Override
    public String topic() {
        return "revontuli.trainer.submission";
    }

    @Override
    public String purpose() {
        return "submission";
    }

    @Override
    public void on(ReceivedEvent event) {
        if (event.value().length > bytesMax) {
            throw new Fault.Invalid(
                            "SUBMISSION_TOO_LARGE",
                            "the submission has " + event.value().length + " bytes; " + bytesMax + " are allowed",
                            Map.of("field", "value", "limit", Long.toString(bytesMax)))
                    .toException();
        }
        Caller signer = signer(event);
        Submission submission = Submission.parse(event.value());
        // The same bytes from the same signer are the same submission, on whatever offset. The event's own id is no
        // help: a client may use it twice, and then the second must not vanish.
        Digest seen = Digest.of(signer.principal().getBytes(StandardCharsets.UTF_8), new byte[1], event.value());
        if (!inbox.firstSight(purpose(), seen.toString())) {
            return;
        }
        try {
            desk.submit(signer, submission.job(), submission.plan(), "kafka");
        } catch (FaultException e) {
            throw e.fault() instanceof Fault.Exhausted full && full.reason().equals("QUOTA_EXCEEDED")
                    ? forGood(full) // to wait for room would hold up every other tenant's submissions
                    : e;
        }
    }

    private Caller signer(ReceivedEvent event) {
        String jws = event.header(SIGNATURE).orElseThrow(() -> new Fault.Unauthenticated(
                        "SIGNATURE_MISSING",
                        "the header " + SIGNATURE + " must hold a detached JWS over the exact bytes",
                        Map.of("header", SIGNATURE))
                .toException());
        DetachedJws.Outcome outcome = DetachedJws.verify(jws, event.value(), kid -> principals
                .publicKey(kid, PublicKeyEntry.SUBMISSION)
                .map(PublicKeyEntry::key));
        String kid =
                switch (outcome) {
                    case DetachedJws.Outcome.Verified(var verified) -> verified;
                    case DetachedJws.Outcome.Refused(var reason, var message) ->
                        throw new Fault.Unauthenticated(reasonOf(reason), message, Map.of("header", SIGNATURE))
                                .toException();
                };
        Optional<Caller> owner =
                principals.publicKey(kid, PublicKeyEntry.SUBMISSION).map(PublicKeyEntry::owner);
        return owner.filter(caller -> caller.has(Role.OPERATOR)).orElseThrow(() -> new Fault.Refused(
                        "ROLE_MISSING", "the signer must have the role operator", Map.of("kid", kid))
                .toException());
    }

    private static String reasonOf(DetachedJws.Reason reason) {
        return switch (reason) {
            case MALFORMED -> "MALFORMED_SIGNATURE";
            case UNKNOWN_KEY -> "UNKNOWN_KEY";
            case BAD_SIGNATURE -> "BAD_SIGNATURE";
        };
    }

    private static FaultException forGood(Fault.Exhausted full) {
        return new Fault.Refused(full.reason(), full.message(), full.details()).toException();
    }
}
