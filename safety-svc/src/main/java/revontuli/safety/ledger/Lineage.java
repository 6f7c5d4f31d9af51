package revontuli.safety.ledger;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;

/// Walks from a subject, or from the subject of a record, to everything it rests on: generation, model, promotion and
/// approvers, job, data sets, tokenizer, policy.
///
/// Every step rests on a record of the log; what a record names but the log does not know is shown without a record.
/// What another tenant recorded is named, because a visible record names it, but not opened.
public final class Lineage {
    private static final Pattern RECORD = Pattern.compile("records/[0-9]{1,18}");

    private final Records records;
    private final UnitOfWork unit;

    public Lineage(Records records, UnitOfWork unit) {
        this.records = records;
        this.unit = unit;
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
    public record Graph(List<Node> nodes, List<Edge> edges) {
        public Graph {
            nodes = List.copyOf(nodes);
            edges = List.copyOf(edges);
        }
    }

    public Graph walk(Caller caller, String subject) {
        return unit.run(() -> {
            LineageWalk walk = new LineageWalk(records, caller);
            Graph graph = walk.from(subjectOf(caller, subject));
            if (graph.nodes().isEmpty() || graph.nodes().getFirst().record() < 0) {
                throw new Fault.NotFound(
                                "NO_SUCH_SUBJECT",
                                "subject: the log has no record of " + subject,
                                Map.of("field", "subject", "subject", subject))
                        .toException();
            }
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
