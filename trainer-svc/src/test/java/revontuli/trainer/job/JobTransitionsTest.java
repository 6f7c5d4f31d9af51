package revontuli.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.json.StrictJson;
import revontuli.platform.tx.UnitOfWork;
import revontuli.trainer.record.Acts;
import revontuli.transparency.crypto.Digest;

/// Every legal transition of a job leaves exactly one record with the state before and after, and no other place than
/// the book changes a state.
class JobTransitionsTest {
    private static final Instant TIME = Instant.parse("2026-11-25T12:00:00Z");
    private static final Failure WHY = new Failure("WHY", "because");
    private static final Digest MANIFEST = Digest.of("m".getBytes(StandardCharsets.UTF_8));
    private static final String PLAN = """
            {"base_model":"models/a/versions/1","stages":[{"kind":"cap","mixture":[{"dataset":"datasets/d","weight":2.5,
            "replay":true}],"token_budget":1024,"learning_rate":1e-3}],"evaluation_datasets":["datasets/e"],"seed":7}""";

    private static final Map<String, JobState> STATES = Map.of(
            "QUEUED", new JobState.Queued(),
            "PREPARING", new JobState.Preparing(),
            "RUNNING", new JobState.Running(),
            "EVALUATING", new JobState.Evaluating(MANIFEST),
            "PAUSED", new JobState.Paused(),
            "SUCCEEDED", new JobState.Succeeded(MANIFEST, "models/m/versions/1"),
            "FAILED", new JobState.Failed(WHY),
            "CANCELLED", new JobState.Cancelled(WHY));

    private final List<AuditEntry> records = new ArrayList<>();
    private final List<Job> saved = new ArrayList<>();
    private final JobBook book = new JobBook(
            new Kept(),
            new Acts(new AtOnce(), records::add, () -> {}, InstantSource.fixed(TIME)),
            new Silent(),
            new JobBell());

    @Test
    void everyTransitionIsOneRecord() throws Exception {
        int walked = 0;
        for (Map.Entry<String, Set<String>> from : JobStateTest.LEGAL.entrySet()) {
            for (String to : from.getValue()) {
                records.clear();
                saved.clear();

                book.move(Caller.service("trainer-svc"), job(from.getKey()), state(to), JobBook.Note.EMPTY);

                assertThat(records).as(from.getKey() + " to " + to).hasSize(1);
                assertThat(records.getFirst().action()).isEqualTo("job." + to.toLowerCase(Locale.ROOT));
                assertThat(records.getFirst().states()).isEqualTo(new AuditEntry.States(from.getKey(), to));
                assertThat(saved).extracting(job -> job.state().word()).containsExactly(to);
                walked++;
            }
        }
        assertThat(walked).isEqualTo(20);
    }

    @Test
    void theFirstStateIsARecordToo() throws Exception {
        assertThat(book.open(Caller.service("trainer-svc"), job("QUEUED"), JobBook.Note.EMPTY))
                .isTrue();

        assertThat(records).extracting(AuditEntry::action).containsExactly("job.submitted");
        assertThat(records.getFirst().states()).isEqualTo(new AuditEntry.States("", "QUEUED"));
    }

    @Test
    void onlyTheBookChangesAState() {
        JavaClasses main = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("revontuli.trainer");

        ArchRuleDefinition.noClasses()
                .that()
                .doNotHaveFullyQualifiedName(JobBook.class.getName())
                .should()
                .callMethod(Job.class, "in", JobState.class)
                .because("a state that changes beside the book leaves no record: go through JobBook.move")
                .check(main);
    }

    private static JobState state(String word) {
        return Objects.requireNonNull(STATES.get(word));
    }

    private static Job job(String state) throws Exception {
        Plan plan = PlanText.read(StrictJson.object(PLAN.getBytes(StandardCharsets.UTF_8)));
        return new Job(
                "jobs/j",
                new Job.Submission("demo", "users/operator", plan, plan.digest(), TIME),
                state(state),
                Job.Claim.NONE,
                Progress.NONE,
                List.of(),
                TIME,
                1);
    }

    private static final class AtOnce implements UnitOfWork {
        @Override
        public <T> T run(Supplier<T> work) {
            return work.get();
        }
    }

    private static final class Silent implements JobAnnouncer {
        @Override
        public void changed(Job job, String stateBefore, Instant time) {
            // nobody listens
        }

        @Override
        public void progressed(Job job, Instant time) {
            // nobody listens
        }
    }

    private final class Kept implements Jobs {
        @Override
        public Optional<Job> find(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Job> lock(String name) {
            return Optional.empty();
        }

        @Override
        public boolean insert(Job job) {
            return true;
        }

        @Override
        public void save(Job job) {
            saved.add(job);
        }

        @Override
        public long open(String tenant) {
            return 0;
        }

        @Override
        public List<Placed> page(Caller caller, long before, int size) {
            return List.of();
        }
    }
}
