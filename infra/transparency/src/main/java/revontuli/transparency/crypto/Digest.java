package revontuli.transparency.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import revontuli.transparency.json.MalformedException;

/// A SHA-256 digest of exact bytes, printed `sha256:<64 lower-case hex digits>`.
public final class Digest implements Comparable<Digest> {
    public static final int BYTES = 32;
    private static final String PREFIX = "sha256:";
    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int BUFFER_BYTES = 64 * 1024;

    /// For what is digested in one go: asking the platform for one costs as much as a short digest.
    private static final ThreadLocal<MessageDigest> OF_THREAD = ThreadLocal.withInitial(Digest::sha256);

    private final byte[] value;

    private Digest(byte[] value) {
        this.value = value;
    }

    /// Digests the concatenation of the parts.
    public static Digest of(byte[]... parts) {
        MessageDigest sha = OF_THREAD.get();
        for (byte[] part : parts) {
            sha.update(part);
        }
        return new Digest(sha.digest());
    }

    /// Digests a mark and two digests: a node of a tree.
    public static Digest ofPair(byte mark, Digest left, Digest right) {
        byte[] bytes = new byte[1 + 2 * BYTES];
        bytes[0] = mark;
        System.arraycopy(left.value, 0, bytes, 1, BYTES);
        System.arraycopy(right.value, 0, bytes, 1 + BYTES, BYTES);
        return new Digest(OF_THREAD.get().digest(bytes));
    }

    /// Digests a mark and a part of some bytes: a leaf of a tree.
    public static Digest ofPart(byte mark, byte[] bytes, int from, int to) {
        MessageDigest sha = OF_THREAD.get();
        sha.update(mark);
        sha.update(bytes, from, to - from);
        return new Digest(sha.digest());
    }

    /// Digests a stream to its end, with bounded memory. Does not close it.
    public static Digest of(InputStream in) throws IOException {
        return copy(in, OutputStream.nullOutputStream());
    }

    public static Digest of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in);
        }
    }

    /// Copies a stream to its end and digests exactly the bytes that were copied. Closes neither.
    public static Digest copy(InputStream in, OutputStream out) throws IOException {
        MessageDigest sha = sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            sha.update(buffer, 0, n);
            out.write(buffer, 0, n);
        }
        return new Digest(sha.digest());
    }

    /// Takes the 32 bytes of a digest that was made elsewhere.
    public static Digest ofValue(byte[] value) {
        if (value.length != BYTES) {
            throw new MalformedException("a SHA-256 digest has 32 bytes, not " + value.length);
        }
        return new Digest(value.clone());
    }

    /// Reads `sha256:<hex>`.
    public static Digest parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new MalformedException("a digest must be 'sha256:' and 64 lower-case hexadecimal digits");
        }
        return new Digest(HexFormat.of().parseHex(text, PREFIX.length(), text.length()));
    }

    /// The 32 bytes; a copy.
    public byte[] value() {
        return value.clone();
    }

    /// The 64 hexadecimal digits without the prefix.
    public String hex() {
        return HexFormat.of().formatHex(value);
    }

    @Override
    public int compareTo(Digest other) {
        return Arrays.compareUnsigned(value, other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest digest && MessageDigest.isEqual(value, digest.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return PREFIX + hex();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
