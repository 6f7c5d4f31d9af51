package revontuli.transparency.merkle;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.MalformedException;

/// A text with signature lines, as C2SP `signed-note` defines it. The text ends with a newline and is signed with it.
///
/// Lines by keys that the reader does not know are kept and ignored; a line that names the reader's key must verify.
public record SignedNote(String text, List<Line> lines) {
    public static final int BYTES_MAX = 16 * 1024;
    private static final int LINES_MAX = 32;
    private static final int KEY_HASH_BYTES = 4;
    private static final byte ED25519 = 1;
    private static final String DASH = "\u2014 ";

    /// One signature: who says so, and 4 bytes of key hash followed by the signature, in base64.
    public record Line(String name, String blob) {
        public Line {
            checkName(name);
            if (StrictBase64.decode("the signature of '" + name + "'", blob).length <= KEY_HASH_BYTES) {
                throw new MalformedException("the signature of '" + name + "' is too short");
            }
        }
    }

    public SignedNote {
        lines = List.copyOf(lines);
        checkText(text);
        if (lines.isEmpty() || lines.size() > LINES_MAX) {
            throw new MalformedException("a signed note must have 1 to " + LINES_MAX + " signature lines");
        }
    }

    /// Signs a text under a name, which is part of the key's identity: the same key under another name is another key.
    public static SignedNote sign(String text, String name, SigningKey key) {
        checkText(text);
        byte[] hash = keyHash(name, key.verifyingKey());
        byte[] signature = key.sign(text.getBytes(StandardCharsets.UTF_8));
        byte[] blob = Arrays.copyOf(hash, hash.length + signature.length);
        System.arraycopy(signature, 0, blob, hash.length, signature.length);
        return new SignedNote(text, List.of(new Line(name, StrictBase64.encode(blob))));
    }

    public static SignedNote parse(byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            throw new MalformedException("a signed note may have " + BYTES_MAX + " bytes, not " + bytes.length);
        }
        String note;
        try {
            note = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new MalformedException("a signed note must be valid UTF-8");
        }
        int blank = note.lastIndexOf("\n\n");
        if (blank < 0 || !note.endsWith("\n")) {
            throw new MalformedException("a signed note must be a text, an empty line, and signature lines");
        }
        List<Line> lines = new ArrayList<>();
        for (String line : note.substring(blank + 2).split("\n", -1)) {
            if (!line.isEmpty()) {
                lines.add(parseLine(line));
            }
        }
        SignedNote parsed = new SignedNote(note.substring(0, blank + 1), lines);
        if (!Arrays.equals(parsed.bytes(), bytes)) {
            throw new MalformedException("a signed note must have nothing but its text and its signature lines");
        }
        return parsed;
    }

    private static Line parseLine(String line) {
        int space = line.lastIndexOf(' ');
        if (!line.startsWith(DASH) || space < DASH.length()) {
            throw new MalformedException("a signature line must be: em dash, space, name, space, base64");
        }
        return new Line(line.substring(DASH.length(), space), line.substring(space + 1));
    }

    public byte[] bytes() {
        StringBuilder out = new StringBuilder(text).append('\n');
        for (Line line : lines) {
            out.append(DASH).append(line.name()).append(' ').append(line.blob()).append('\n');
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Whether the key, under this name, signed the text. False also when one of its lines does not verify.
    public boolean isSignedBy(String name, VerifyingKey key) {
        byte[] hash = keyHash(name, key);
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        boolean signed = false;
        for (Line line : lines) {
            byte[] blob = StrictBase64.decode("the signature", line.blob());
            if (!line.name().equals(name) || !Arrays.equals(blob, 0, hash.length, hash, 0, hash.length)) {
                continue;
            }
            if (!key.verifies(message, Arrays.copyOfRange(blob, hash.length, blob.length))) {
                return false;
            }
            signed = true;
        }
        return signed;
    }

    /// The first 4 bytes of SHA-256(name || 0x0A || 0x01 || raw key).
    static byte[] keyHash(String name, VerifyingKey key) {
        byte[] named = (name + "\n").getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(Digest.of(named, new byte[] {ED25519}, key.raw()).value(), KEY_HASH_BYTES);
    }

    static void checkName(String name) {
        if (name.isEmpty() || name.indexOf('+') >= 0 || name.chars().anyMatch(SignedNote::spaceOrControl)) {
            throw new MalformedException("the name of a note's signer must not be empty nor hold spaces or '+'");
        }
    }

    private static boolean spaceOrControl(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
    }

    private static void checkText(String text) {
        if (!text.endsWith("\n") || text.chars().anyMatch(c -> c < 0x20 && c != '\n')) {
            throw new MalformedException("a note's text must end with a newline and hold no other control characters");
        }
    }
}
