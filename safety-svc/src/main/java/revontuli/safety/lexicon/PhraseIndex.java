package revontuli.safety.lexicon;

import java.util.Arrays;
import java.util.List;

/// Finds all of many phrases in one pass over a text (Aho and Corasick): the time depends on the length of the text
/// and the number of hits, never on what the text is. Immutable after building, so threads may share it.
final class PhraseIndex {
    private static final int ROOT = 0;

    private final char[] classes = new char[Character.MAX_VALUE + 1];
    private final int classCount;
    private final Transitions transitions;
    private int[] fails;
    private int[] terms;
    private int[] lengths;
    private int[] outs;

    /// Called once for each place where a phrase stands.
    interface Sink {
        void hit(int term, int start, int end);
    }

    /// The phrases' positions in the list are the terms that a search reports. None may be empty or stand twice.
    PhraseIndex(List<String> phrases) {
        int count = 1;
        int nodesMax = 1;
        for (String phrase : phrases) {
            nodesMax += phrase.length();
            for (int i = 0; i < phrase.length(); i++) {
                char unit = phrase.charAt(i);
                if (classes[unit] == 0) {
                    classes[unit] = (char) count++;
                }
            }
        }
        classCount = count;
        transitions = new Transitions(nodesMax);
        fails = new int[nodesMax];
        terms = new int[nodesMax];
        lengths = new int[nodesMax];
        outs = new int[nodesMax];
        Arrays.fill(terms, -1);
        link(plant(phrases));
    }

    /// Builds the trie; returns parents and units of the nodes in the order of their making.
    private Trie plant(List<String> phrases) {
        Trie trie = new Trie(fails.length);
        for (int term = 0; term < phrases.size(); term++) {
            String phrase = phrases.get(term);
            int node = ROOT;
            for (int i = 0; i < phrase.length(); i++) {
                int unit = classes[phrase.charAt(i)];
                int next = transitions.get(key(node, unit));
                if (next < 0) {
                    next = trie.add(node, unit);
                    transitions.put(key(node, unit), next);
                }
                node = next;
            }
            terms[node] = term;
            lengths[node] = phrase.length();
        }
        return trie;
    }

    private void link(Trie trie) {
        for (int node : trie.byDepth()) {
            int parent = trie.parents[node];
            int unit = trie.units[node];
            int fail = ROOT;
            if (parent != ROOT) {
                int back = fails[parent];
                int next = transitions.get(key(back, unit));
                while (next < 0 && back != ROOT) {
                    back = fails[back];
                    next = transitions.get(key(back, unit));
                }
                fail = Math.max(next, ROOT);
            }
            fails[node] = fail;
            outs[node] = terms[fail] >= 0 ? fail : outs[fail];
        }
        fails = Arrays.copyOf(fails, trie.size);
        terms = Arrays.copyOf(terms, trie.size);
        lengths = Arrays.copyOf(lengths, trie.size);
        outs = Arrays.copyOf(outs, trie.size);
    }

    void search(String text, Sink sink) {
        int node = ROOT;
        for (int at = 0; at < text.length(); at++) {
            int unit = classes[text.charAt(at)];
            if (unit == 0) {
                node = ROOT;
                continue;
            }
            int next = transitions.get(key(node, unit));
            while (next < 0 && node != ROOT) {
                node = fails[node];
                next = transitions.get(key(node, unit));
            }
            node = Math.max(next, ROOT);
            for (int out = terms[node] >= 0 ? node : outs[node]; out != ROOT; out = outs[out]) {
                sink.hit(terms[out], at + 1 - lengths[out], at + 1);
            }
        }
    }

    private int key(int node, int unit) {
        return node * classCount + unit + 1;
    }

    private static final class Trie {
        private final int[] parents;
        private final int[] units;
        private final int[] depths;
        private int size = 1;

        Trie(int nodesMax) {
            parents = new int[nodesMax];
            units = new int[nodesMax];
            depths = new int[nodesMax];
        }

        int add(int parent, int unit) {
            parents[size] = parent;
            units[size] = unit;
            depths[size] = depths[parent] + 1;
            return size++;
        }

        /// All nodes but the root, the shallow ones first.
        int[] byDepth() {
            int deepest = Arrays.stream(depths, 0, size).max().orElse(0);
            int[] starts = new int[deepest + 2];
            for (int node = 1; node < size; node++) {
                starts[depths[node] + 1]++;
            }
            for (int depth = 1; depth < starts.length; depth++) {
                starts[depth] += starts[depth - 1];
            }
            int[] nodes = new int[size - 1];
            for (int node = 1; node < size; node++) {
                nodes[starts[depths[node]]++] = node;
            }
            return nodes;
        }
    }

    /// A hash table from key to node; keys are over 0, an absent key gives -1.
    private static final class Transitions {
        private final int[] keys;
        private final int[] nodes;
        private final int mask;

        Transitions(int entriesMax) {
            int size = Integer.highestOneBit(Math.max(8, entriesMax) * 2 - 1) * 2;
            keys = new int[size];
            nodes = new int[size];
            mask = size - 1;
        }

        int get(int key) {
            int slot = slot(key);
            while (keys[slot] != 0) {
                if (keys[slot] == key) {
                    return nodes[slot];
                }
                slot = (slot + 1) & mask;
            }
            return -1;
        }

        void put(int key, int node) {
            int slot = slot(key);
            while (keys[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            keys[slot] = key;
            nodes[slot] = node;
        }

        private int slot(int key) {
            int mixed = key * 0x9E3779B9;
            return (mixed ^ (mixed >>> 15)) & mask;
        }
    }
}
