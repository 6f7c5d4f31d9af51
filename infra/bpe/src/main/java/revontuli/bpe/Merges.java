package revontuli.bpe;

import java.util.Arrays;

/// Which two neighbours become one, and how early: two ids to a rank, a rank to the new id.
final class Merges {
    static final int NONE = Integer.MAX_VALUE;
    private static final int RANK_BITS = 20;
    private static final int ID_BITS = 22;
    private static final long FREE = -1;

    private final long[] slots;
    private final int mask;
    private final int[] made;
    private final int[] bytePairs = new int[1 << 16];
    private final int[] idOfByte;
    private final boolean ordered;
    private final boolean gaps;

    /// @param left left ids by rank; `right` and `made` likewise; a pair that comes twice counts at its last rank
    Merges(int[] left, int[] right, int[] made, int[] idOfByte, int idMax) {
        this.made = made;
        this.idOfByte = idOfByte;
        int size = Integer.highestOneBit(Math.max(16, 5 * made.length / 2)) << 1;
        slots = new long[size];
        mask = size - 1;
        Arrays.fill(slots, FREE);
        for (int rank = 0; rank < made.length; rank++) {
            put(left[rank], right[rank], rank);
        }
        for (int pair = 0; pair < bytePairs.length; pair++) {
            int first = idOfByte[pair >>> 8];
            int second = idOfByte[pair & 0xFF];
            boolean both = first != Definition.NO_TOKEN && second != Definition.NO_TOKEN;
            bytePairs[pair] = both ? rank(first, second) : NONE;
        }
        gaps = Arrays.stream(idOfByte).anyMatch(id -> id == Definition.NO_TOKEN);
        ordered = ordered(left, right, made, idMax);
    }

    int count() {
        return made.length;
    }

    /// Whether some byte has no token.
    boolean gaps() {
        return gaps;
    }

    int idOf(byte b) {
        return idOfByte[b & 0xFF];
    }

    /// Rank of two bytes side by side, or [#NONE].
    int rankOfBytes(byte left, byte right) {
        return bytePairs[(left & 0xFF) << 8 | (right & 0xFF)];
    }

    int rank(int left, int right) {
        long pair = (long) left << ID_BITS | right;
        int slot = slot(pair);
        for (long found = slots[slot]; found != FREE; found = slots[slot]) {
            if (found >>> RANK_BITS == pair) {
                return (int) found & (1 << RANK_BITS) - 1;
            }
            slot = slot + 1 & mask;
        }
        return NONE;
    }

    int made(int rank) {
        return made[rank];
    }

    /// Whether no merge uses a token before every merge that makes it, as in every learned vocabulary. Then a merge
    /// never opens an earlier one.
    boolean ordered() {
        return ordered;
    }

    private void put(int left, int right, int rank) {
        long pair = (long) left << ID_BITS | right;
        int slot = slot(pair);
        while (slots[slot] != FREE && slots[slot] >>> RANK_BITS != pair) {
            slot = slot + 1 & mask;
        }
        slots[slot] = pair << RANK_BITS | rank;
    }

    private int slot(long pair) {
        return (int) ((pair * 0x9E3779B97F4A7C15L) >>> 36) & mask;
    }

    private static boolean ordered(int[] left, int[] right, int[] made, int idMax) {
        int[] last = new int[idMax + 1];
        Arrays.fill(last, -1);
        for (int rank = 0; rank < made.length; rank++) {
            last[made[rank]] = rank;
        }
        for (int rank = 0; rank < made.length; rank++) {
            if (last[left[rank]] >= rank || last[right[rank]] >= rank) {
                return false;
            }
        }
        return true;
    }
}
