package revontuli.safety.moderate;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Caller;
import revontuli.platform.event.Admission;
import revontuli.platform.failpoint.Failpoint;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.policy.Direction;
import revontuli.safety.screen.DialogueScreener;
import revontuli.safety.screen.Screened;
import revontuli.safety.screen.Screener;
import revontuli.safety.screen.Verdict;

/// Judges, commits and records, in this order and in one unit of work: a verdict that is heard is a verdict on record.
public final class Moderation {
    /// Texts of one batch.
    public static final int BATCH_TEXTS_MAX = 256;

    /// Bytes of one batch in UTF-8.
    public static final int BATCH_BYTES_MAX = 4 * 1024 * 1024;

    private static final int SUBJECT_CHARS_MAX = 200;
    private static final Pattern SUBJECT = Pattern.compile("[a-z][A-Za-z]*/[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*");

    private final Rules policies;
    private final Commitments commitments;
    private final VerdictRecords records;
    private final Admission admission;
    private final UnitOfWork unit;
    private final InstantSource clock;
    private final ReviewTickets reviews;

    public Moderation(
            Rules policies,
            Commitments commitments,
            Audit audit,
            Admission admission,
            ReviewTickets reviews,
            UnitOfWork unit,
            InstantSource clock) {
        this.policies = policies;
        this.commitments = commitments;
        this.records = new VerdictRecords(audit, clock);
        this.admission = admission;
        this.reviews = reviews;
        this.unit = unit;
        this.clock = clock;
    }

    /// A text to judge.
    ///
    /// @param subject resource that it belongs to, or empty
    /// @param commit whether to commit to the exact text; needs a subject
    public record Question(Direction direction, String text, String subject, boolean commit) {
        public Question {
            checkSubject(subject, commit);
        }
    }

    /// The verdict, the text that may go on, the opening of the commitment if one was asked for, and the name of the
    /// ticket where people are to look at it.
    public record Moderated(Screened screened, Optional<Opening> opening, Optional<String> review) {}

    public Moderated judge(Caller caller, Question question) {
        admission.requireRoom();
        Screened screened = policies.screener(caller.tenant()).screen(question.direction(), question.text());
        Optional<Opening> opening = question.commit()
                ? Optional.of(Opening.of(question.text().getBytes(StandardCharsets.UTF_8)))
                : Optional.empty();
        Optional<String> review = unit.run(() -> {
            opening.ifPresent(kept -> commitments.keep(kept, caller.tenant(), question.subject(), clock.instant()));
            VerdictRecords.Act act = new VerdictRecords.Act(caller, question.subject());
            Optional<String> ticket = ticket(act, screened.verdict(), question.text());
            records.judged(
                    act.reviewedIn(ticket),
                    screened.verdict(),
                    opening.map(made -> made.commitment().toString()).orElse(""),
                    screened.text().length());
            return ticket;
        });
        Failpoint.ACT_UNANSWERED.reach();
        return new Moderated(screened, opening, review);
    }

    private Optional<String> ticket(VerdictRecords.Act act, Verdict verdict, String text) {
        return switch (verdict) {
            case Verdict.Review(var grounds, var cause) ->
                reviews.open(act.caller(), act.subject(), grounds, cause, text);
            case Verdict.Allowed _, Verdict.Redacted _, Verdict.Blocked _ -> Optional.empty();
        };
    }

    /// The verdict on the last turn in the light of the others; on record as that of one text.
    public Moderated judgeDialogue(Caller caller, Direction direction, List<String> turns) {
        admission.requireRoom();
        Screened screened = new DialogueScreener(policies.screener(caller.tenant())).screen(direction, turns);
        Optional<String> review = unit.run(() -> {
            VerdictRecords.Act act = new VerdictRecords.Act(caller, "");
            Optional<String> ticket = ticket(act, screened.verdict(), String.join("\n", turns.reversed()));
            records.judged(
                    act.reviewedIn(ticket),
                    screened.verdict(),
                    "",
                    screened.text().length());
            return ticket;
        });
        return new Moderated(screened, Optional.empty(), review);
    }

    public List<Verdict> judgeAll(Caller caller, Direction direction, List<String> texts) {
        admission.requireRoom();
        checkBatch(texts);
        Screener screener = policies.screener(caller.tenant());
        List<Verdict> verdicts = texts.stream()
                .map(text -> screener.screen(direction, text).verdict())
                .toList();
        unit.run(() -> records.judgedBatch(caller, verdicts));
        return verdicts;
    }

    /// Begins a stream; its policy is the one in force now, whatever enters later.
    public ModeratedStream begin(Caller caller, Direction direction, String subject) {
        admission.requireRoom();
        checkSubject(subject, true);
        Screener screener = policies.screener(caller.tenant());
        return new ModeratedStream(
                screener.policy().name(),
                subject,
                screener.stream(direction),
                (verdict, opening, released, withheld) -> {
                    VerdictRecords.Act act = new VerdictRecords.Act(caller, subject);
                    String commitment = opening.commitment().toString();
                    return unit.run(() -> {
                        commitments.keep(opening, caller.tenant(), subject, clock.instant());
                        if (verdict.isEmpty()) {
                            records.interrupted(act, screener.policy(), commitment, released);
                            return Optional.empty();
                        }
                        Optional<String> ticket = ticket(act, verdict.get(), withheld);
                        records.judged(act.reviewedIn(ticket), verdict.get(), commitment, released);
                        return ticket;
                    });
                });
    }

    private static void checkSubject(String subject, boolean needed) {
        if (subject.isEmpty() && !needed) {
            return;
        }
        if (subject.length() > SUBJECT_CHARS_MAX || !SUBJECT.matcher(subject).matches()) {
            throw Fault.invalid(
                    "MALFORMED_NAME",
                    "subject",
                    "must be a resource name such as generations/{generation}, at most " + SUBJECT_CHARS_MAX
                            + " characters");
        }
    }

    private static void checkBatch(List<String> texts) {
        long bytes = 0;
        for (String text : texts) {
            bytes += text.getBytes(StandardCharsets.UTF_8).length;
        }
        if (texts.isEmpty() || texts.size() > BATCH_TEXTS_MAX || bytes > BATCH_BYTES_MAX) {
            throw Fault.invalid(
                    "BATCH_TOO_LARGE",
                    "texts",
                    "send 1 to " + BATCH_TEXTS_MAX + " texts of " + BATCH_BYTES_MAX + " bytes in all");
        }
    }
}
