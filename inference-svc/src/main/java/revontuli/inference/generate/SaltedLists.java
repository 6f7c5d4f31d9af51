package revontuli.inference.generate;

import java.util.Map;
import java.util.TreeMap;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.receipt.TokenTrail;

/// Commitments to what a request holds besides texts, under the salt of the commitment to its prompt: whoever holds
/// the salt can show what was asked, nobody else learns it. Each kind begins with a number that is no id.
final class SaltedLists {
    private static final int PROMPT = -1;
    private static final int BIAS = -2;

    private SaltedLists() {}

    static Commitment promptTokens(byte[] salt, int[] ids) {
        TokenTrail trail = new TokenTrail(salt);
        trail.add(PROMPT);
        for (int id : ids) {
            trail.add(id);
        }
        return trail.end();
    }

    static Commitment bias(byte[] salt, Map<Integer, Float> bias) {
        TokenTrail trail = new TokenTrail(salt);
        trail.add(BIAS);
        new TreeMap<>(bias).forEach((id, value) -> {
            trail.add(id);
            trail.add(Float.floatToIntBits(value));
        });
        return trail.end();
    }
}
