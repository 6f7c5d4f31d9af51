package revontuli.causallm;

import java.util.LinkedHashMap;
import java.util.Map;

/// A checkpoint that must not be used. Nothing was loaded, and trying again with the same bytes gives the same
/// answer.
public final class CheckpointRejected extends Exception {
    /// What is wrong, stable and fit for a machine to read.
    public enum Reason {
        /// A file that the layout demands is not there.
        FILE_MISSING,
        /// The bytes of a file are not those that were asked for.
        FILE_DIGEST_MISMATCH,
        /// A file became shorter after it was checked.
        FILE_CHANGED,
        /// A file is a pickle, which could run code; only safetensors are read.
        PICKLE_REFUSED,
        /// config.json or the index is not JSON of the expected form.
        JSON_MALFORMED,
        /// config.json asks for something that this room does not compute.
        CONFIG_UNSUPPORTED,
        /// The index and the files that it names do not agree.
        INDEX_MISMATCH,
        /// A safetensors header is cut, too long or not of the expected form.
        HEADER_MALFORMED,
        /// The byte ranges of a safetensors file overlap, leave gaps or do not fit the file or the shapes.
        OFFSETS_INVALID,
        /// A tensor has an element type that this room does not read.
        DTYPE_UNSUPPORTED,
        /// A tensor that the model needs is not there.
        TENSOR_MISSING,
        /// A tensor that the model does not know.
        TENSOR_UNKNOWN,
        /// The same tensor twice.
        TENSOR_DUPLICATE,
        /// A tensor of another shape than config.json says.
        TENSOR_SHAPE_MISMATCH,
        /// A tensor holds a value that is not a finite number.
        TENSOR_NOT_FINITE,
        /// lm_head.weight differs from the embedding, though the head is tied to it.
        HEAD_NOT_TIED
    }

    private static final int VALUE_CHARS_MAX = 200;

    private final Reason reason;
    private final String where;
    private final String expected;
    private final String found;

    /// `where` names the file, field or tensor.
    public CheckpointRejected(Reason reason, String where, String expected, String found) {
        super(reason + " at " + cut(where) + ": expected " + cut(expected) + ", found " + cut(found));
        this.reason = reason;
        this.where = cut(where);
        this.expected = cut(expected);
        this.found = cut(found);
    }

    public Reason reason() {
        return reason;
    }

    /// The file, field or tensor.
    public String where() {
        return where;
    }

    public String expected() {
        return expected;
    }

    public String found() {
        return found;
    }

    /// Every value that appears in the message, so that no caller parses prose.
    public Map<String, String> details() {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("where", where);
        details.put("expected", expected);
        details.put("found", found);
        return details;
    }

    /// Names and values come from a file that nobody vouched for: bounded, and one line.
    private static String cut(String value) {
        String line = value.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= VALUE_CHARS_MAX ? line : line.substring(0, VALUE_CHARS_MAX) + "...";
    }
}
