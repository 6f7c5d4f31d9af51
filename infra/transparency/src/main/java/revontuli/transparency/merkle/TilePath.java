package revontuli.transparency.merkle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// Where a part of a log lies: C2SP `tlog-tiles`. A tile of level `l` holds the roots of up to 256 full subtrees of
/// 256^l leaves each; an entry bundle holds the leaves themselves, and has the level [#ENTRIES].
///
/// @param index counts from 0 within the level
/// @param width 256 for a full tile, 1 to 255 for a partial one
public record TilePath(int level, long index, int width) {
    /// Hashes or entries of a full tile.
    public static final int FULL = 256;

    /// Level of an entry bundle.
    public static final int ENTRIES = -1;

    /// Highest level that a tree of 2^63 leaves can have.
    public static final int LEVEL_MAX = 7;

    private static final int BITS = 8;
    private static final Pattern FORM =
            Pattern.compile("tile/(0|[1-9][0-9]?|entries)/((?:x[0-9]{3}/){0,6})([0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

    public TilePath {
        if (level < ENTRIES || level > LEVEL_MAX) {
            throw new MalformedException("a tile's level must be 'entries' or 0 to " + LEVEL_MAX);
        }
        if (width < 1 || width > FULL) {
            throw new MalformedException("a tile's width must be 1 to " + FULL);
        }
        int shift = BITS * (Math.max(level, 0) + 1);
        if (index < 0 || index > (shift >= Long.SIZE - 1 ? 0 : Long.MAX_VALUE >> shift)) {
            throw new MalformedException("a tile's index lies behind every log");
        }
    }

    /// How many hashes (for entry bundles: leaves) this level has in a tree of this size.
    public static long countAt(int level, long size) {
        return size >> (BITS * Math.max(level, 0));
    }

    /// The tile that a tree of this size has at this place, which must not be empty.
    public static TilePath of(int level, long index, long size) {
        long width = Math.min(FULL, countAt(level, size) - index * FULL);
        if (width < 1) {
            throw new IllegalArgumentException("a tree of " + size + " leaves has no tile " + index + " at " + level);
        }
        return new TilePath(level, index, (int) width);
    }

    /// Everything that serves a tree of this size: entry bundles and hash tiles, full and partial.
    public static List<TilePath> all(long size) {
        List<TilePath> all = new ArrayList<>();
        for (int level = ENTRIES; level <= LEVEL_MAX && countAt(level, size) > 0; level++) {
            for (long index = 0; index * FULL < countAt(level, size); index++) {
                all.add(of(level, index, size));
            }
        }
        return Collections.unmodifiableList(all);
    }

    public boolean isFull() {
        return width == FULL;
    }

    /// Index of the first leaf that the tile spans.
    public long firstLeaf() {
        return (index * FULL) << (BITS * Math.max(level, 0));
    }

    /// The path under a log's prefix, such as `tile/0/x001/x234/067` or `tile/entries/000.p/7`.
    @Override
    public String toString() {
        StringBuilder path = new StringBuilder();
        long rest = index;
        for (boolean last = true; last || rest > 0; last = false, rest /= 1000) {
            String element = String.format("%03d", rest % 1000);
            path.insert(0, last ? element : "x" + element + "/");
        }
        String where = "tile/" + (level == ENTRIES ? "entries" : Integer.toString(level)) + "/" + path;
        return isFull() ? where : where + ".p/" + width;
    }

    /// Reads a path; every place has one spelling.
    public static TilePath parse(String path) {
        Matcher form = FORM.matcher(path);
        if (!form.matches()) {
            throw new MalformedException(
                    "a tile's path must be such as tile/0/x001/234, tile/1/000.p/7 or" + " tile/entries/005");
        }
        int level = form.group(1).equals("entries") ? ENTRIES : Integer.parseInt(form.group(1));
        String digits = (form.group(2) + form.group(3)).replaceAll("[x/]", "");
        String number = digits.replaceFirst("^0+(?=.)", "");
        int width = form.group(4) == null ? FULL : Integer.parseInt(form.group(4));
        TilePath parsed = new TilePath(level, Json.parseNumber("tile", number), width);
        if (!parsed.toString().equals(path)) {
            throw new MalformedException("a tile's path must be in its one exact spelling, here " + parsed);
        }
        return parsed;
    }
}
