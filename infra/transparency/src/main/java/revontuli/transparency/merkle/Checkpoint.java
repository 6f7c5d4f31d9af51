package revontuli.transparency.merkle;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// What a log commits to at one moment: C2SP `tlog-checkpoint`, signed as a note under the origin's name.
public record Checkpoint(String origin, long size, Digest root, List<String> extensions) {
    private static final int LINE_CHARS_MAX = 512;
    private static final int EXTENSIONS_MAX = 16;

    public Checkpoint {
        extensions = List.copyOf(extensions);
        checkLine("origin", origin);
        extensions.forEach(line -> checkLine("extension", line));
        if (size < 0) {
            throw new MalformedException("a checkpoint's size must not be negative");
        }
        if (extensions.size() > EXTENSIONS_MAX) {
            throw new MalformedException("a checkpoint may have " + EXTENSIONS_MAX + " extension lines at most");
        }
    }

    public Checkpoint(String origin, long size, Digest root) {
        this(origin, size, root, List.of());
    }

    /// The text that is signed.
    public String text() {
        StringBuilder out = new StringBuilder();
        out.append(origin).append('\n').append(size).append('\n');
        out.append(StrictBase64.encode(root.value())).append('\n');
        extensions.forEach(line -> out.append(line).append('\n'));
        return out.toString();
    }

    public SignedNote sign(SigningKey logKey) {
        return SignedNote.sign(text(), origin, logKey);
    }

    /// Reads a note's text; the signatures are not looked at.
    public static Checkpoint parse(SignedNote note) {
        List<String> lines = Arrays.asList(note.text().split("\n", -1));
        if (lines.size() < 4) { // three lines and the empty rest behind the last newline
            throw new MalformedException("a checkpoint must have the lines origin, size and root");
        }
        Checkpoint checkpoint = new Checkpoint(
                lines.get(0),
                Json.parseNumber("size", lines.get(1)),
                Digest.ofValue(StrictBase64.decode("the checkpoint's root", lines.get(2))),
                lines.subList(3, lines.size() - 1));
        if (!checkpoint.text().equals(note.text())) {
            throw new MalformedException("a checkpoint must have exactly its own lines");
        }
        return checkpoint;
    }

    /// The checkpoint in a note, if the log's key signed it under its origin; empty if it did not.
    public static Optional<Checkpoint> open(byte[] note, VerifyingKey logKey) {
        SignedNote signed = SignedNote.parse(note);
        Checkpoint checkpoint = parse(signed);
        return signed.isSignedBy(checkpoint.origin(), logKey) ? Optional.of(checkpoint) : Optional.empty();
    }

    private static void checkLine(String what, String line) {
        if (line.isEmpty() || line.length() > LINE_CHARS_MAX || line.chars().anyMatch(Character::isISOControl)) {
            throw new MalformedException(
                    "a checkpoint's " + what + " must be one line of 1 to " + LINE_CHARS_MAX + " characters");
        }
    }
}
