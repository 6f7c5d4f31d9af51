package revontuli.transparency.export;

import java.util.ArrayList;
import java.util.List;

/// Numbers in a row that grows without ever being copied: no more than one block of it is unused.
final class LongList {
    private static final int BLOCK_BITS = 16;
    private static final int BLOCK = 1 << BLOCK_BITS;

    private final List<long[]> blocks = new ArrayList<>();
    private long size;

    void add(long value) {
        if ((size & (BLOCK - 1)) == 0) {
            blocks.add(new long[BLOCK]);
        }
        set(size++, value);
    }

    long get(long at) {
        return blocks.get((int) (at >>> BLOCK_BITS))[(int) at & (BLOCK - 1)];
    }

    void set(long at, long value) {
        blocks.get((int) (at >>> BLOCK_BITS))[(int) at & (BLOCK - 1)] = value;
    }

    long size() {
        return size;
    }
}
