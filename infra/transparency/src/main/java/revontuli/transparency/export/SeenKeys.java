package revontuli.transparency.export;

import java.security.SecureRandom;

/// Which keys of 128 bits were seen, as 64 bits of each under a secret of this run: 11 bytes a key.
///
/// A key that was seen is always known again. One that was not may be taken for another: never on purpose, as nobody
/// knows the secret, and by chance about once in a million logs of five million keys. Who is told so looks again.
final class SeenKeys {
    private static final int PLACES_MIN = 1_024;

    private final long first;
    private final long second;
    private final long third;
    /// Zero where nothing is; at least a quarter stays so.
    private long[] places;
    private long size;

    /// @param expected how many keys come, about; it holds more as well
    SeenKeys(long expected) {
        SecureRandom random = new SecureRandom();
        first = random.nextLong();
        second = random.nextLong();
        third = random.nextLong();
        places = new long[Math.clamp(expected / 3 * 4 + expected % 3 * 4 / 3, PLACES_MIN, Integer.MAX_VALUE - 8)];
    }

    /// Takes a key; false if it was seen before, or looks as if it was.
    boolean add(long high, long low) {
        long mark = mark(high, low);
        if (!put(places, mark)) {
            return false;
        }
        size++;
        if (size / 3 >= places.length / 4) {
            grow();
        }
        return true;
    }

    private void grow() {
        long[] larger = new long[Math.multiplyExact(places.length, 2)];
        for (long mark : places) {
            if (mark != 0) {
                put(larger, mark);
            }
        }
        places = larger;
    }

    private static boolean put(long[] places, long mark) {
        int place = (int) Math.unsignedMultiplyHigh(mark, places.length);
        while (places[place] != 0) {
            if (places[place] == mark) {
                return false;
            }
            place = place + 1 == places.length ? 0 : place + 1;
        }
        places[place] = mark;
        return true;
    }

    /// Never 0. Two rounds, each of which folds a product of 128 bits.
    private long mark(long high, long low) {
        long mixed = fold(high ^ first, low ^ second);
        mixed = fold(mixed ^ third, low ^ first);
        return mixed == 0 ? 1 : mixed;
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b);
    }
}
