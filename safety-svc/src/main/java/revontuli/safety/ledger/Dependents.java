package revontuli.safety.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import revontuli.platform.caller.Caller;
import revontuli.safety.ledger.Lineage.Edge;
import revontuli.safety.ledger.Lineage.Graph;
import revontuli.safety.ledger.Lineage.Node;

/// A lineage walked the other way: what rests on a subject. Breadth first, every subject once, the newest of each kind.
///
/// Generations are found by the columns of their records; the few records of jobs and models are looked through, the
/// newest [#LOOKED_THROUGH_MAX] of them.
final class Dependents {
    static final int OF_A_KIND_MAX = 50;
    static final int LOOKED_THROUGH_MAX = 1_000;

    private final Records records;
    private final Caller caller;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private final Set<Edge> known = new HashSet<>();
    private final Deque<String> ahead = new ArrayDeque<>();
    private boolean truncated;

    Dependents(Records records, Caller caller) {
        this.records = records;
        this.caller = caller;
    }

    Graph of(String subject) {
        newest(RecordFilter.subject(subject), 1, _ -> true).forEach(record -> nodes.put(subject, node(record)));
        if (subject.startsWith("users/") || subject.startsWith("keys/")) {
            nodes.putIfAbsent(subject, new Node(subject, "approver", "", -1, Map.of()));
        }
        ahead.add(subject);
        while (!ahead.isEmpty()) {
            look(ahead.removeFirst());
        }
        return new Graph(List.copyOf(nodes.values()), edges, truncated);
    }

    private void look(String subject) {
        switch (LineageWalk.kindOf(subject)) {
            case "generation" -> generation(subject);
            case "model" -> model(subject);
            case "job" -> job(subject);
            case "dataset" -> dataset(subject);
            case "tokenizer" -> digested(subject, "tokenizer.registered", "tokenizer", "encoded-by");
            case "policy" -> policy(subject);
            case "approver" -> approver(subject);
            default -> {
                // nothing names it
            }
        }
    }

    private void generation(String subject) {
        newest(RecordFilter.subject(subject).withAction("generation.replayed"), OF_A_KIND_MAX, _ -> true)
                .forEach(record -> rests(record.name(), "replay", record, subject, "replay-of"));
    }

    private void model(String subject) {
        newest(RecordFilter.action("generation.admitted").aboutModel(subject), OF_A_KIND_MAX, _ -> true)
                .forEach(record -> rests(record, subject, "generated-by"));
        newest(RecordFilter.action("job.submitted"), LOOKED_THROUGH_MAX, says("base_model", subject))
                .forEach(record -> rests(record, subject, "based-on"));
    }

    private void job(String subject) {
        newest(RecordFilter.action("model.registered").aboutJob(subject), OF_A_KIND_MAX, _ -> true)
                .forEach(record -> rests(record, subject, "trained-by"));
    }

    private void dataset(String subject) {
        newest(RecordFilter.action("job.submitted"), LOOKED_THROUGH_MAX, names("data_sets", subject))
                .forEach(record -> rests(record, subject, "trained-on"));
        newest(RecordFilter.action("job.submitted"), LOOKED_THROUGH_MAX, names("evaluation_data_sets", subject))
                .forEach(record -> rests(record, subject, "evaluated-on"));
    }

    private void approver(String subject) {
        newest(RecordFilter.action("model.promoted"), LOOKED_THROUGH_MAX, names("signers", subject))
                .forEach(record -> rests(record, subject, "approved-by"));
        newest(
                        RecordFilter.action("model.imported"),
                        LOOKED_THROUGH_MAX,
                        record -> subject.equals("keys/"
                                + new SubjectRecords(List.of(record))
                                        .text("kid")
                                        .orElse("")))
                .forEach(record -> rests(record, subject, "approved-by"));
    }

    /// Models that name the digest under which this was registered.
    private void digested(String subject, String action, String role, String relation) {
        Optional<String> digest = newest(RecordFilter.subject(subject).withAction(action), 1, _ -> true).stream()
                .map(record -> record.digests().getOrDefault(role, ""))
                .findFirst();
        for (String entered : List.of("model.imported", "model.promoted")) {
            newest(
                            RecordFilter.action(entered),
                            LOOKED_THROUGH_MAX,
                            record -> digest.equals(
                                    Optional.ofNullable(record.digests().get(role))))
                    .forEach(record -> rests(record, subject, relation));
        }
    }

    /// Generations that were judged by it while it was in force: from its entry until the next policy's.
    private void policy(String subject) {
        for (LedgerRecord entry :
                newest(RecordFilter.subject(subject).withAction("policy.activated"), OF_A_KIND_MAX, _ -> true)) {
            Records.Range following = new Records.Range(OptionalLong.of(entry.index()), false, 1);
            OptionalLong end = records.list(RecordFilter.action("policy.activated"), following).records().stream()
                    .mapToLong(LedgerRecord::index)
                    .findFirst();
            Records.Range newestFirst = new Records.Range(end, true, OF_A_KIND_MAX);
            Records.Listing found = records.list(RecordFilter.action("generation.admitted"), newestFirst);
            truncated |= found.more();
            found.records().stream()
                    .filter(record -> record.index() > entry.index())
                    .filter(record -> caller.sees(record.who().tenant()))
                    .filter(record -> Optional.ofNullable(entry.digests().get("policy"))
                            .equals(Optional.ofNullable(record.digests().get("policy"))))
                    .forEach(record -> rests(record, subject, "moderated-by"));
        }
    }

    private List<LedgerRecord> newest(RecordFilter filter, int count, Predicate<LedgerRecord> wanted) {
        Records.Listing found = records.list(filter, new Records.Range(OptionalLong.empty(), true, count));
        truncated |= found.more() && count > 1;
        List<LedgerRecord> visible = found.records().stream()
                .filter(record -> caller.sees(record.who().tenant())
                        || record.who().tenant().equals(Caller.SYSTEM_TENANT))
                .filter(wanted)
                .toList();
        truncated |= visible.size() > OF_A_KIND_MAX;
        return visible.stream().limit(OF_A_KIND_MAX).toList();
    }

    private static Predicate<LedgerRecord> names(String list, String subject) {
        return record -> new SubjectRecords(List.of(record)).named(list).containsKey(subject);
    }

    private static Predicate<LedgerRecord> says(String fact, String subject) {
        return record -> new SubjectRecords(List.of(record)).text(fact).equals(Optional.of(subject));
    }

    private void rests(LedgerRecord record, String on, String relation) {
        rests(record.what().subject(), LineageWalk.kindOf(record.what().subject()), record, on, relation);
    }

    private void rests(String dependent, String kind, LedgerRecord record, String on, String relation) {
        if (!nodes.containsKey(dependent)) {
            if (nodes.size() >= LineageWalk.NODES_MAX) {
                truncated = true;
                return;
            }
            nodes.put(dependent, new Node(dependent, kind, digest(record, kind), record.index(), shown(record)));
            ahead.add(dependent);
        }
        Edge edge = new Edge(dependent, on, relation);
        if (known.add(edge)) {
            edges.add(edge);
        }
    }

    private static Node node(LedgerRecord record) {
        String subject = record.what().subject();
        String kind = LineageWalk.kindOf(subject);
        return new Node(subject, kind, digest(record, kind), record.index(), shown(record));
    }

    private static String digest(LedgerRecord record, String kind) {
        return record.digests().getOrDefault(kind, "");
    }

    private static Map<String, String> shown(LedgerRecord record) {
        return new SubjectRecords(List.of(record)).shown(LineageWalk.SHOWN);
    }
}
