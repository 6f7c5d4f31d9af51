package revontuli.safety.ledger;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;

/// Walks from a subject, or from the subject of a record, to everything it rests on: generation, model, promotion and
/// approvers, job, data sets, tokenizer, policy; or the other way, to what rests on it.
///
/// Every step rests on a record of the log; what a record names but the log does not know is shown without a record.
/// What another tenant recorded is named, because a visible record names it, but not opened.
public final class Lineage {
    private static final Pattern RECORD = Pattern.compile("records/[0-9]{1,18}");

    private final Records records;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;

    public Lineage(Records records, Audit audit, UnitOfWork unit, InstantSource clock) {
        this.records = records;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// A resource on the way.
    ///
    /// @param digest where it has one, else empty
    /// @param record index of the record that shows it, -1 where none does
    public record Node(String subject, String kind, String digest, long record, Map<String, String> facts) {
        public Node {
            facts = Map.copyOf(facts);
        }
    }

    /// `from` rests on `to`.
    public record Edge(String from, String to, String relation) {}

    /// Nodes, the subject first, and how they hang together.
    public record Graph(List<Node> nodes, List<Edge> edges, boolean truncated) {
        public Graph {
            nodes = List.copyOf(nodes);
            edges = List.copyOf(edges);
        }
    }

    /// Which way a walk goes.
    public enum Direction {
        RESTS_ON,
        DEPENDENTS
    }

    /// Walks, and puts on record who asked for what.
    public Graph walk(Caller caller, String subject, Direction direction) {
        return unit.run(() -> {
            String begin = subjectOf(caller, subject);
            Graph graph =
                    switch (direction) {
                        case RESTS_ON -> new LineageWalk(records, caller).from(begin);
                        case DEPENDENTS -> new Dependents(records, caller).of(begin);
                    };
            boolean empty = graph.edges().isEmpty()
                    && (graph.nodes().isEmpty() || graph.nodes().getFirst().record() < 0);
            if (empty) {
                throw new Fault.NotFound(
                                "NO_SUCH_SUBJECT",
                                "subject: the log has no record of " + subject,
                                Map.of("field", "subject", "subject", subject))
                        .toException();
            }
            audit.append(AuditEntry.of(caller, "audit.lineage_walked", "queries/" + UUID.randomUUID(), clock.instant())
                    .fact("start", subject)
                    .fact("direction", direction.name().toLowerCase(Locale.ROOT))
                    .fact("nodes", Integer.toString(graph.nodes().size())));
            return graph;
        });
    }

    private String subjectOf(Caller caller, String name) {
        if (!RECORD.matcher(name).matches()) {
            return name;
        }
        return records.find(Long.parseLong(name.substring(name.indexOf('/') + 1)))
                .filter(record -> caller.sees(record.who().tenant()))
                .map(record -> record.what().subject())
                .orElse(name);
    }
}
