package revontuli.cli.bench;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 over ids, four bytes each, high byte first.
final class IdDigest {
    private final MessageDigest digest;
    private long count;

    IdDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    void add(long id) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            digest.update((byte) (id >>> shift));
        }
        count++;
    }

    long count() {
        return count;
    }

    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
