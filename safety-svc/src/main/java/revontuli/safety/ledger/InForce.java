package revontuli.safety.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;

/// What was in force at a time, told from the records of what had happened by then: the policy that had entered last,
/// the versions that had been promoted or imported and not yet revoked. Time is that of the acts, not of the log.
///
/// What serves is no secret of a tenant; asking is on record.
public final class InForce {
    /// Model versions in one answer.
    static final int MODELS_MAX = 500;

    private static final int PAGE = 500;
    private static final int PAGES_MAX = 20;
    private static final Pattern VERSION = Pattern.compile("(models/[a-z0-9-]{1,63})/versions/([1-9][0-9]{0,8})");
    private static final Pattern MODEL = Pattern.compile("models/[a-z0-9-]{1,63}");

    /// Records have microseconds: everything up to and with the one that is asked for.
    private static final Duration TO_THE_END = Duration.ofNanos(1_000);

    private final Records records;
    private final Log log;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;

    public InForce(Records records, Log log, Audit audit, UnitOfWork unit, InstantSource clock) {
        this.records = records;
        this.log = log;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// A version that could be served, and the record that let it in.
    public record Model(LedgerRecord record, boolean current, List<String> approvals) {
        public Model {
            approvals = List.copyOf(approvals);
        }

        public String name() {
            return record.what().subject();
        }

        public String admission() {
            return record.what().action().equals("model.imported") ? "import" : "promotion";
        }
    }

    /// What was in force.
    ///
    /// @param policy the record that put it in force
    public record State(Instant time, Optional<LedgerRecord> policy, List<Model> models, long logSize) {
        public State {
            models = List.copyOf(models);
        }
    }

    /// What was in force at this time.
    ///
    /// @param model `models/{model}`, or empty for all
    public State at(Caller caller, Instant time, String model) {
        if (time.isAfter(clock.instant())) {
            throw Fault.invalid("BAD_TIME", "time", "must not be in the future");
        }
        if (!model.isEmpty() && !MODEL.matcher(model).matches()) {
            throw Fault.invalid("MALFORMED_NAME", "model", "must be models/{model}, or empty for all");
        }
        return unit.run(() -> {
            RecordFilter.Window window = new RecordFilter.Window(Optional.empty(), Optional.of(time.plus(TO_THE_END)));
            Optional<LedgerRecord> policy =
                    records
                            .list(RecordFilter.action("policy.activated").within(window), Records.Range.LAST)
                            .records()
                            .stream()
                            .findFirst();
            State state =
                    new State(time, policy, models(window, model), log.head().size());
            audit.append(AuditEntry.of(caller, "audit.state_asked", "queries/" + UUID.randomUUID(), clock.instant())
                    .fact("time", time.toString())
                    .fact("model", model)
                    .fact("models", Integer.toString(state.models().size())));
            return state;
        });
    }

    private List<Model> models(RecordFilter.Window window, String model) {
        Map<String, LedgerRecord> admitted = new TreeMap<>();
        for (String action : List.of("model.imported", "model.promoted")) {
            all(action, window)
                    .forEach(record -> admitted.putIfAbsent(record.what().subject(), record));
        }
        all("model.revoked", window)
                .forEach(record -> admitted.remove(record.what().subject()));
        admitted.keySet().removeIf(name -> !model.isEmpty() && !name.startsWith(model + "/"));
        Map<String, Integer> newest = new HashMap<>();
        admitted.keySet().forEach(name -> newest.merge(modelOf(name), numberOf(name), Math::max));
        return admitted.values().stream()
                .limit(MODELS_MAX)
                .map(record -> {
                    String name = record.what().subject();
                    return new Model(
                            record, newest.getOrDefault(modelOf(name), 0) == numberOf(name), approvals(record));
                })
                .toList();
    }

    private List<LedgerRecord> all(String action, RecordFilter.Window window) {
        List<LedgerRecord> all = new ArrayList<>();
        OptionalLong after = OptionalLong.empty();
        for (int page = 0; page < PAGES_MAX; page++) {
            Records.Listing listing =
                    records.list(RecordFilter.action(action).within(window), new Records.Range(after, false, PAGE));
            all.addAll(listing.records());
            if (!listing.more()) {
                return all;
            }
            after = OptionalLong.of(listing.records().getLast().index());
        }
        throw new Fault.Exhausted(
                        "TOO_MANY_RECORDS",
                        "more than " + PAGE * PAGES_MAX + " records " + action + ": ask for one model by QueryRecords",
                        Map.of("action", action))
                .toException();
    }

    private static List<String> approvals(LedgerRecord record) {
        SubjectRecords told = new SubjectRecords(List.of(record));
        List<String> signers = List.copyOf(told.named("signers").keySet());
        return signers.isEmpty()
                ? told.text("kid").map(kid -> List.of("keys/" + kid)).orElse(List.of())
                : signers;
    }

    private static String modelOf(String name) {
        Matcher version = VERSION.matcher(name);
        return version.matches() ? version.group(1) : name;
    }

    private static int numberOf(String name) {
        Matcher version = VERSION.matcher(name);
        return version.matches() ? Integer.parseInt(version.group(2)) : 0;
    }
}
