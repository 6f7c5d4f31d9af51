package revontuli.safety.ledger;

import java.util.List;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.MerkleTree;

/// How far the log has grown: the number of leaves, which is the next index, and the tree's nodes to go on from.
public record Head(long size, List<Digest> nodes) {
    public Head {
        nodes = List.copyOf(nodes);
    }

    /// The head when this leaf stands at the next index.
    Head grownBy(Digest leafHash) {
        MerkleTree tree = new MerkleTree(size, nodes);
        tree.append(leafHash);
        return new Head(tree.size(), tree.range());
    }

    Digest root() {
        return new MerkleTree(size, nodes).root();
    }
}
