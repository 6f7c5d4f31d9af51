package revontuli.cli.client;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import revontuli.api.safety.v1.Lineage;
import revontuli.api.safety.v1.LineageEdge;
import revontuli.api.safety.v1.LineageNode;
import revontuli.cli.Out;

/// A lineage as an indented tree; what was shown once is not unfolded again.
public final class LineageTree {
    private final Out out;
    private final Map<String, LineageNode> nodes = new HashMap<>();
    private final Map<String, List<LineageEdge>> edges;
    private final Function<LineageEdge, String> next;
    private final Set<String> shown = new HashSet<>();

    private LineageTree(Out out, Lineage lineage, boolean dependents) {
        this.out = out;
        this.next = dependents ? LineageEdge::getFrom : LineageEdge::getTo;
        lineage.getNodesList().forEach(node -> nodes.put(node.getSubject(), node));
        this.edges = lineage.getEdgesList().stream()
                .collect(Collectors.groupingBy(dependents ? LineageEdge::getTo : LineageEdge::getFrom));
    }

    /// Prints from the first node on.
    ///
    /// @param dependents whether the walk went to what rests on it
    public static void print(Out out, Lineage lineage, boolean dependents) {
        if (lineage.getNodesCount() > 0) {
            new LineageTree(out, lineage, dependents).print(lineage.getNodes(0).getSubject(), "", "");
        }
        if (lineage.getTruncated()) {
            out.note(out.dim("there is more: this is the newest of each kind"));
        }
    }

    private void print(String subject, String relation, String indent) {
        LineageNode node = nodes.getOrDefault(subject, LineageNode.getDefaultInstance());
        String record = node.getRecordIndex() < 0 ? "" : "  record " + node.getRecordIndex();
        String digest = node.getDigest().isEmpty() ? "" : "  " + shortened(node.getDigest());
        String how = relation.isEmpty() ? "" : out.dim(relation + " ");
        out.line(indent + how + subject + out.dim(digest + record));
        if (!shown.add(subject)) {
            return;
        }
        for (LineageEdge edge : edges.getOrDefault(subject, List.of())) {
            print(next.apply(edge), edge.getRelation(), indent + "  ");
        }
    }

    private static String shortened(String digest) {
        int kept = "sha256:".length() + 12;
        return digest.length() <= kept ? digest : digest.substring(0, kept) + "…";
    }
}
