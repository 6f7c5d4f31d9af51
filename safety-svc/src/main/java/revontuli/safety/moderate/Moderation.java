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

    public Moderation(
            Rules policies,
            Commitments commitments,
            Audit audit,
            Admission admission,
            UnitOfWork unit,
            InstantSource clock) {
        this.policies = policies;
        this.commitments = commitments;
        this.records = new VerdictRecords(audit, clock);
        this.admission = admission;
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

    /// The verdict, the text that may go on, and the opening of the commitment if one was asked for.
    public record Moderated(Screened screened, Optional<Opening> opening) {}

    public Moderated judge(Caller caller, Question question) {
        admission.requireRoom();
        Screened screened = policies.screener(caller.tenant()).screen(question.direction(), question.text());
        Optional<Opening> opening = question.commit()
                ? Optional.of(Opening.of(question.text().getBytes(StandardCharsets.UTF_8)))
                : Optional.empty();
        unit.run(() -> {
            opening.ifPresent(kept -> commitments.keep(kept, caller.tenant(), question.subject(), clock.instant()));
            records.judged(
                    new VerdictRecords.Act(caller, question.subject()),
                    screened.verdict(),
                    opening.map(made -> made.commitment().toString()).orElse(""),
                    screened.text().length());
            Failpoint.ACT_UNCOMMITTED.reach();
        });
        Failpoint.ACT_UNANSWERED.reach();
        return new Moderated(screened, opening);
    }

    /// The verdict on the last turn in the light of the others; on record as that of one text.
    public Screened judgeDialogue(Caller caller, Direction direction, List<String> turns) {
        admission.requireRoom();
        Screened screened = new DialogueScreener(policies.screener(caller.tenant())).screen(direction, turns);
        unit.run(() -> records.judged(
                new VerdictRecords.Act(caller, ""),
                screened.verdict(),
                "",
                screened.text().length()));
        return screened;
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
                screener.policy().name(), subject, screener.stream(direction), (verdict, opening, released) -> {
                    VerdictRecords.Act act = new VerdictRecords.Act(caller, subject);
                    String commitment = opening.commitment().toString();
                    unit.run(() -> {
                        commitments.keep(opening, caller.tenant(), subject, clock.instant());
                        if (verdict.isPresent()) {
                            records.judged(act, verdict.get(), commitment, released);
                        } else {
                            records.interrupted(act, screener.policy(), commitment, released);
                        }
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
