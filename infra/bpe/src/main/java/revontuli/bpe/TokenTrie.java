package revontuli.bpe;

import java.util.Arrays;

/// Finds the longest of a few texts that starts at a place.
final class TokenTrie {
    private static final long FREE = -1;

    private final boolean[] starts = new boolean[256];
    private long[] edges = new long[64];
    private int[] targets = new int[64];
    private int edgeCount;
    private int[] values = new int[16];
    private int nodes = 1;
    private int longest;

    TokenTrie() {
        Arrays.fill(edges, FREE);
        Arrays.fill(values, -1);
    }

    /// Adds a text; a text that is known already keeps its first value.
    void add(byte[] text, int value) {
        starts[text[0] & 0xFF] = true;
        int node = 0;
        for (byte b : text) {
            int slot = slot((long) node << 8 | (b & 0xFF));
            node = edges[slot] == FREE ? grow((long) node << 8 | (b & 0xFF)) : targets[slot];
        }
        if (values[node] < 0) {
            values[node] = value;
        }
        longest = Math.max(longest, text.length);
    }

    boolean empty() {
        return longest == 0;
    }

    /// Bytes of the longest text.
    int longest() {
        return longest;
    }

    /// First position from here on where a text might start.
    int candidate(byte[] utf8, int from, int to) {
        int p = from;
        while (p < to && !starts[utf8[p] & 0xFF]) {
            p++;
        }
        return p;
    }

    /// Value and end of the longest text that starts here, as `end << 32 | value`; -1 if none does.
    long match(byte[] utf8, int at, int to) {
        long found = -1;
        int node = 0;
        for (int p = at; p < to; p++) {
            int slot = slot((long) node << 8 | (utf8[p] & 0xFF));
            if (edges[slot] == FREE) {
                break;
            }
            node = targets[slot];
            if (values[node] >= 0) {
                found = (long) (p + 1) << 32 | values[node];
            }
        }
        return found;
    }

    private int grow(long edge) {
        if (2 * ++edgeCount > edges.length) {
            long[] oldEdges = edges;
            int[] oldTargets = targets;
            edges = new long[2 * oldEdges.length];
            targets = new int[edges.length];
            Arrays.fill(edges, FREE);
            for (int i = 0; i < oldEdges.length; i++) {
                if (oldEdges[i] != FREE) {
                    int slot = slot(oldEdges[i]);
                    edges[slot] = oldEdges[i];
                    targets[slot] = oldTargets[i];
                }
            }
        }
        int slot = slot(edge);
        edges[slot] = edge;
        targets[slot] = nodes;
        if (nodes == values.length) {
            values = Arrays.copyOf(values, 2 * nodes);
            Arrays.fill(values, nodes, values.length, -1);
        }
        return nodes++;
    }

    private int slot(long edge) {
        int mask = edges.length - 1;
        int slot = (int) ((edge * 0x9E3779B97F4A7C15L) >>> 40) & mask;
        while (edges[slot] != FREE && edges[slot] != edge) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
