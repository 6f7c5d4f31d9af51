package revontuli.transparency.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import revontuli.transparency.json.MalformedException;

/// An Ed25519 private key. On disk it is PKCS#8 PEM, readable by its owner only; it is never printed.
public final class SigningKey {
    private static final int SEED_BYTES = 32;
    private static final int PEM_BYTES_MAX = 1024;
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    /// PKCS#8 version 0, algorithm 1.3.101.112, an octet string within an octet string; the seed follows (RFC 8410).
    private static final byte[] PKCS8_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private final Ed25519PrivateKeyParameters key;
    private final VerifyingKey verifyingKey;

    private SigningKey(byte[] seed) {
        this.key = new Ed25519PrivateKeyParameters(seed);
        this.verifyingKey = VerifyingKey.ofRaw(key.generatePublicKey().getEncoded());
    }

    public static SigningKey generate() {
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        return new SigningKey(seed);
    }

    /// The key of a 32-byte seed (RFC 8032 calls the seed the private key).
    public static SigningKey ofSeed(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new MalformedException("an Ed25519 private key has 32 bytes, not " + seed.length);
        }
        return new SigningKey(seed);
    }

    public static SigningKey parsePem(String pem) {
        String text = pem.strip();
        if (text.length() > PEM_BYTES_MAX || !text.startsWith(BEGIN) || !text.endsWith(END)) {
            throw notAKey();
        }
        String body = text.substring(BEGIN.length(), text.length() - END.length());
        byte[] der = StrictBase64.decode("the body of the private key", body.replaceAll("[\r\n]", ""));
        int seedAt = PKCS8_PREFIX.length;
        if (der.length != seedAt + SEED_BYTES || !Arrays.equals(der, 0, seedAt, PKCS8_PREFIX, 0, seedAt)) {
            throw notAKey();
        }
        return new SigningKey(Arrays.copyOfRange(der, seedAt, der.length));
    }

    public static SigningKey readPem(Path file) throws IOException {
        if (Files.size(file) > PEM_BYTES_MAX) {
            throw notAKey();
        }
        return parsePem(Files.readString(file, StandardCharsets.US_ASCII));
    }

    public String toPem() {
        byte[] der = Arrays.copyOf(PKCS8_PREFIX, PKCS8_PREFIX.length + SEED_BYTES);
        key.encode(der, PKCS8_PREFIX.length);
        return BEGIN + "\n" + StrictBase64.encode(der) + "\n" + END + "\n";
    }

    /// Writes a new file with mode 0600 and forces it to disk. An existing file is never replaced: it may be the only
    /// copy of another key. The mode is set when the file is created, so that nobody can open it in between.
    public void writePem(Path file) throws IOException {
        Set<PosixFilePermission> ownerOnly = PosixFilePermissions.fromString("rw-------");
        try (FileChannel channel = FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(ownerOnly));
                OutputStream out = Channels.newOutputStream(channel)) {
            out.write(toPem().getBytes(StandardCharsets.US_ASCII));
            channel.force(true);
        }
    }

    public VerifyingKey verifyingKey() {
        return verifyingKey;
    }

    public String kid() {
        return verifyingKey.kid();
    }

    /// The 64-byte signature over exactly these bytes; the same for the same bytes, always.
    public byte[] sign(byte[] message) {
        byte[] signature = new byte[VerifyingKey.SIGNATURE_BYTES];
        key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
        return signature;
    }

    @Override
    public String toString() {
        return "private key of " + verifyingKey;
    }

    private static MalformedException notAKey() {
        return new MalformedException("a private key must be an unencrypted Ed25519 key as PKCS#8 PEM (" + BEGIN + ")");
    }
}
