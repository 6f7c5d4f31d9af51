package revontuli.safety.review;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.moderate.ReviewTickets;
import revontuli.safety.review.Review.Decision;
import revontuli.safety.review.Review.Refused;
import revontuli.safety.review.Review.State;
import revontuli.safety.screen.Cause;
import revontuli.safety.screen.Grounds;

/// Takes what was refused for review, shows it to reviewers of its tenant, and writes down what they say. A text stays
/// refused whatever they say: they teach the next version of the policy.
public final class ReviewDesk implements ReviewTickets {
    /// Of one tenant, waiting; beyond it nothing is queued, and the record of the verdict says so.
    public static final int WAITING_MAX = 10_000;

    /// UTF-16 units of a text that are kept; of a longer one the beginning.
    static final int TEXT_UNITS_MAX = 16 * 1024;

    private static final int NOTE_CHARS_MAX = 500;

    private final Reviews reviews;
    private final SealedTexts texts;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;

    public ReviewDesk(Reviews reviews, SealedTexts texts, Audit audit, UnitOfWork unit, InstantSource clock) {
        this.reviews = reviews;
        this.texts = texts;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// A review and its text; empty where the subject was erased.
    public record Shown(Review review, Optional<String> text) {}

    @Override
    public Optional<String> open(Caller caller, String subject, Grounds grounds, Cause cause, String text) {
        if (reviews.waiting(caller.tenant()) >= WAITING_MAX) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        String name = "reviews/r-" + UUID.randomUUID();
        Refused refused = new Refused(
                caller.tenant(),
                subject,
                grounds.direction().id(),
                grounds.language(),
                cause.category().id(),
                cause.rule(),
                grounds.policy().resource());
        String kept = text.substring(0, Math.min(text.length(), TEXT_UNITS_MAX));
        reviews.add(new Review(name, refused, State.OPEN, now, List.of()), texts.seal(refused, name, kept, now));
        return Optional.of(name);
    }

    /// Of the reviewer's tenant, those that wait, the oldest first.
    public List<Reviews.Queued> waiting(Caller reviewer, long after, int count) {
        return unit.run(() -> reviews.list(reviewer.tenant(), after, count));
    }

    /// Shows the text; who looked is on record.
    public Shown look(Caller reviewer, String name) {
        return unit.run(() -> {
            Reviews.Queued queued = get(reviewer, name);
            audit.append(AuditEntry.of(reviewer, "review.shown", name, clock.instant())
                    .fact("of_subject", queued.review().refused().subject()));
            return new Shown(queued.review(), texts.open(queued.review().refused(), name, queued.sealed()));
        });
    }

    public Review decide(Caller reviewer, String name, boolean allow, String note) {
        if (note.length() > NOTE_CHARS_MAX || note.chars().anyMatch(Character::isISOControl)) {
            throw Fault.invalid("BAD_NOTE", "note", "must be one line of at most " + NOTE_CHARS_MAX + " characters");
        }
        return unit.run(() -> {
            Review review = get(reviewer, name).review();
            Decision decision = new Decision(reviewer.principal(), allow, note, clock.instant());
            State state = review.after(decision);
            reviews.decide(review, decision, state);
            audit.append(AuditEntry.of(reviewer, "review.decided", name, clock.instant())
                    .transition(review.state().name(), state.name())
                    .fact("of_subject", review.refused().subject())
                    .fact("decision", allow ? "allow" : "block")
                    .fact("category", review.refused().category())
                    .fact("rule", review.refused().rule())
                    .fact("policy", review.refused().policy()));
            List<Decision> decisions = new ArrayList<>(review.decisions());
            decisions.add(decision);
            return new Review(name, review.refused(), state, review.created(), decisions);
        });
    }

    private Reviews.Queued get(Caller reviewer, String name) {
        return reviews.lock(name, reviewer.tenant())
                .orElseThrow(() -> new Fault.NotFound("NO_SUCH_REVIEW", name + " does not exist", Map.of("name", name))
                        .toException());
    }
}
