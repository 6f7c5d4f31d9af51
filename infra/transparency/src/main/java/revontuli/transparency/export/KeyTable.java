package revontuli.transparency.export;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// Gives keys of 128 bits numbers from 0, in the order of their first sight. Takes 24 to 48 bytes a key and no object.
final class KeyTable {
    private static final int KEYS_AT_FIRST = 1_024;

    /// Chosen anew each time, so that nobody can make keys that all fall together.
    private final long seed = ThreadLocalRandom.current().nextLong();

    private long[] keys = new long[2 * KEYS_AT_FIRST];
    /// Numbers plus one where their keys' hashes point; twice as many places as keys.
    private int[] places = new int[2 * KEYS_AT_FIRST];
    private int size;

    int size() {
        return size;
    }

    /// The key's number; [#size] grows where it is new.
    int number(long high, long low) {
        int mask = places.length - 1;
        int place = hash(high, low) & mask;
        for (int found = places[place]; found != 0; found = places[place]) {
            if (keys[2 * found - 2] == high && keys[2 * found - 1] == low) {
                return found - 1;
            }
            place = (place + 1) & mask;
        }
        if (2 * size == keys.length) {
            grow();
            return number(high, low);
        }
        keys[2 * size] = high;
        keys[2 * size + 1] = low;
        places[place] = ++size;
        return size - 1;
    }

    private void grow() {
        keys = Arrays.copyOf(keys, Math.multiplyExact(keys.length, 2));
        places = new int[keys.length];
        int mask = places.length - 1;
        for (int number = 0; number < size; number++) {
            int place = hash(keys[2 * number], keys[2 * number + 1]) & mask;
            while (places[place] != 0) {
                place = (place + 1) & mask;
            }
            places[place] = number + 1;
        }
    }

    private int hash(long high, long low) {
        long mixed = (high ^ seed) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32) ^ low) * 0xD6E8FEB86659FD93L;
        mixed = (mixed ^ (mixed >>> 32) ^ seed) * 0xD6E8FEB86659FD93L;
        return (int) (mixed >>> 32);
    }
}
