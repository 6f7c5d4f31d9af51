package revontuli.transparency.export;

import java.util.concurrent.ThreadLocalRandom;

/// Gives keys of 128 bits numbers from 0, in the order of their first sight. Takes 22 to 27 bytes a key and no object.
final class KeyTable {
    private static final int PLACES_AT_FIRST = 2_048;

    /// Chosen anew each time, so that nobody can make keys that all fall together.
    private final long seed = ThreadLocalRandom.current().nextLong();

    private final LongList keys = new LongList();
    /// Numbers plus one where their keys' hashes point; a quarter of the places stays empty.
    private int[] places = new int[PLACES_AT_FIRST];
    private int size;

    int size() {
        return size;
    }

    /// The key's number; [#size] grows where it is new.
    int number(long high, long low) {
        int mask = places.length - 1;
        int place = hash(high, low) & mask;
        for (int found = places[place]; found != 0; found = places[place]) {
            if (keys.get(2L * found - 2) == high && keys.get(2L * found - 1) == low) {
                return found - 1;
            }
            place = (place + 1) & mask;
        }
        if (4L * size >= 3L * places.length) {
            grow();
            return number(high, low);
        }
        keys.add(high);
        keys.add(low);
        places[place] = ++size;
        return size - 1;
    }

    private void grow() {
        places = new int[Math.multiplyExact(places.length, 2)];
        int mask = places.length - 1;
        for (int number = 0; number < size; number++) {
            int place = hash(keys.get(2L * number), keys.get(2L * number + 1)) & mask;
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
