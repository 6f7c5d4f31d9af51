package revontuli.safety.ledger;

import java.util.List;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.MerkleTree;

/// How far the log has grown: the number of leaves, which is the next index, and the tree's nodes to go on from.
public record Head(long size, List<Digest> nodes) {
    public Head {
        nodes = List.copyOf(nodes);
    }

    /// The head when these leaves stand at the next indexes.
    Head grownBy(List<Digest> leafHashes) {
        MerkleTree tree = new MerkleTree(size, nodes);
        leafHashes.forEach(tree::append);
        return new Head(tree.size(), tree.range());
    }

    Digest root() {
        return new MerkleTree(size, nodes).root();
    }
}
