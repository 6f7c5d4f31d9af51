package revontuli.bpe;

import java.util.Arrays;
import java.util.Objects;

/// A growing list of ids, to be used again and again.
public final class Ids {
    private int[] items;
    private int size;

    public Ids() {
        this(256);
    }

    Ids(int room) {
        items = new int[Math.max(room, 16)];
    }

    public int size() {
        return size;
    }

    public int get(int at) {
        return items[Objects.checkIndex(at, size)];
    }

    public void clear() {
        size = 0;
    }

    public void add(int id) {
        if (size == items.length) {
            items = Arrays.copyOf(items, 2 * size);
        }
        items[size++] = id;
    }

    public int[] toArray() {
        return Arrays.copyOf(items, size);
    }

    void addAll(int[] from, int at, int count) {
        if (size + count > items.length) {
            items = Arrays.copyOf(items, Math.max(2 * items.length, size + count));
        }
        System.arraycopy(from, at, items, size, count);
        size += count;
    }

    /// Takes the last ids back.
    void shrink(int to) {
        size = Objects.checkIndex(to, size + 1);
    }

    int[] items() {
        return items;
    }
}
