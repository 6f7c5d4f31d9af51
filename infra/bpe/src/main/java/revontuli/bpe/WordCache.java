package revontuli.bpe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Ids of words seen before. Bounded: when it is full it is emptied. Used by one thread at a time.
///
/// A slot is four longs: up to 16 bytes of the word (of longer ones a hash and where the word is kept), its length, the
/// count and the first id, then two more ids (of more than three, where they are kept).
final class WordCache {
    /// Longer words are not kept.
    static final int WORD_MAX = 120;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final int INLINE_BYTES = 16;
    private static final int INLINE_IDS = 3;
    private static final int SLOTS_MIN = 1 << 11;
    private static final int SLOTS_MAX = 1 << 15;
    private static final int IDS_MAX = 1 << 17;
    private static final int BYTES_MAX = 1 << 19;

    private long[] slots = new long[4 * SLOTS_MIN];
    private int mask = SLOTS_MIN - 1;
    private int used;
    private int[] ids = new int[256];
    private int idsEnd;
    private byte[] words = new byte[256];
    private int wordsEnd;

    // where the last search ended, for the entry that follows a miss
    private int slot;
    private long key0;
    private long key1;

    /// Appends the ids of a word and says whether it was known. At least eight bytes must follow the word in the array.
    boolean find(byte[] bytes, int from, int to, Ids out) {
        int length = to - from;
        if (length <= INLINE_BYTES) {
            long first = (long) LONG.get(bytes, from);
            long second = 0;
            if (length < 8) {
                first &= (1L << (8 * length)) - 1;
            } else if (length > 8) {
                second = (long) LONG.get(bytes, from + 8) & (-1L >>> (8 * (16 - length)));
            }
            key0 = first;
            key1 = second;
            int at = home(first, second, length);
            while (slots[at + 2] != 0) {
                if (slots[at] == first && slots[at + 1] == second && (slots[at + 2] & 0xFF) == length) {
                    take(at, out);
                    return true;
                }
                at = at + 4 & 4 * mask + 3;
            }
            slot = at;
            return false;
        }
        return findLong(bytes, from, to, out);
    }

    private boolean findLong(byte[] bytes, int from, int to, Ids out) {
        int length = to - from;
        long hash = length;
        for (int i = from; i < to; i += 8) {
            long part = (long) LONG.get(bytes, i);
            if (to - i < 8) {
                part &= (1L << (8 * (to - i))) - 1;
            }
            hash = (Long.rotateLeft(hash, 25) ^ part) * 0x9E3779B97F4A7C15L;
        }
        key0 = hash;
        int at = home(hash, 0, length);
        while (slots[at + 2] != 0) {
            if (slots[at] == hash && (slots[at + 2] & 0xFF) == length) {
                int kept = (int) slots[at + 1];
                if (Arrays.equals(words, kept, kept + length, bytes, from, to)) {
                    take(at, out);
                    return true;
                }
            }
            at = at + 4 & 4 * mask + 3;
        }
        slot = at;
        return false;
    }

    private void take(int at, Ids out) {
        long head = slots[at + 2];
        int count = (int) (head >>> 8) & 0xFF;
        if (count > INLINE_IDS) {
            out.addAll(ids, (int) slots[at + 3], count);
            return;
        }
        out.add((int) (head >>> 32));
        if (count > 1) {
            long more = slots[at + 3];
            out.add((int) more);
            if (count > 2) {
                out.add((int) (more >>> 32));
            }
        }
    }

    /// Keeps the word that was just looked for in vain, with the ids it became.
    void enter(byte[] bytes, int from, int to, Ids out, int firstId) {
        int count = out.size() - firstId;
        int length = to - from;
        if (count == 0) {
            return; // bytes without tokens only
        }
        if (2 * used >= mask || idsEnd + count > IDS_MAX || wordsEnd + length > BYTES_MAX) {
            grow(idsEnd + count > IDS_MAX || wordsEnd + length > BYTES_MAX);
            return; // its place has moved: it will be entered when it comes again
        }
        used++;
        slots[slot] = key0;
        slots[slot + 1] = key1;
        if (length > INLINE_BYTES) {
            slots[slot + 1] = wordsEnd;
            if (wordsEnd + length > words.length) {
                words = Arrays.copyOf(words, Math.max(2 * words.length, wordsEnd + length));
            }
            System.arraycopy(bytes, from, words, wordsEnd, length);
            wordsEnd += length;
        }
        int[] found = out.items();
        slots[slot + 2] = (long) found[firstId] << 32 | (long) count << 8 | length;
        if (count > INLINE_IDS) {
            if (idsEnd + count > ids.length) {
                ids = Arrays.copyOf(ids, Math.max(2 * ids.length, idsEnd + count));
            }
            System.arraycopy(found, firstId, ids, idsEnd, count);
            slots[slot + 3] = idsEnd;
            idsEnd += count;
        } else if (count > 1) {
            slots[slot + 3] = (found[firstId + 1] & 0xFFFFFFFFL) | (count > 2 ? (long) found[firstId + 2] << 32 : 0);
        }
    }

    private void grow(boolean kept) {
        if (kept || mask + 1 == SLOTS_MAX) {
            Arrays.fill(slots, 0);
            used = 0;
            idsEnd = 0;
            wordsEnd = 0;
            return;
        }
        long[] old = slots;
        mask = 4 * (mask + 1) - 1;
        slots = new long[4 * (mask + 1)];
        for (int i = 0; i < old.length; i += 4) {
            if (old[i + 2] != 0) {
                int length = (int) old[i + 2] & 0xFF;
                int at = home(old[i], length > INLINE_BYTES ? 0 : old[i + 1], length);
                while (slots[at + 2] != 0) {
                    at = at + 4 & 4 * mask + 3;
                }
                System.arraycopy(old, i, slots, at, 4);
            }
        }
    }

    private int home(long first, long second, int length) {
        long hash = (first ^ Long.rotateLeft(second, 29) * 0xD6E8FEB86659FD93L ^ length) * 0x9E3779B97F4A7C15L;
        return ((int) (hash >>> 32 ^ hash >>> 50) & mask) << 2;
    }
}
