package revontuli.cli.client;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Set<String> shown = new HashSet<>();

    private LineageTree(Out out, Lineage lineage) {
        this.out = out;
        lineage.getNodesList().forEach(node -> nodes.put(node.getSubject(), node));
        this.edges = lineage.getEdgesList().stream().collect(Collectors.groupingBy(LineageEdge::getFrom));
    }

    public static void print(Out out, Lineage lineage) {
        if (lineage.getNodesCount() > 0) {
            new LineageTree(out, lineage).print(lineage.getNodes(0).getSubject(), "", "");
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
            print(edge.getTo(), edge.getRelation(), indent + "  ");
        }
    }

    private static String shortened(String digest) {
        int kept = "sha256:".length() + 12;
        return digest.length() <= kept ? digest : digest.substring(0, kept) + "…";
    }
}
