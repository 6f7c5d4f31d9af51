package revontuli.transparency.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.MalformedException;

/// Forged proofs, thousands of ways; none may be accepted. Sizes and roots belong together as a signed checkpoint binds
/// them, all else may be forged. What comes out honest again by chance is drawn anew.
///
/// More with `-Drevontuli.proofs=1000000`.
class ProofFuzzTest {
    private static final int PROOFS = Integer.getInteger("revontuli.proofs", 20_000);
    private static final long SEED = Long.getLong("revontuli.seed", 9162);
    private static final int LEAVES = 600;
    private static final int BUNDLE_EVERY = 20;
    private static final SigningKey KEY = SigningKey.ofSeed(new byte[32]);
    private static final String ORIGIN = "revontuli/test";

    private enum Kind {
        INCLUSION,
        CONSISTENCY,
        BUNDLE
    }

    private enum Found {
        REFUSED,
        ACCEPTED,
        HONEST
    }

    private final List<byte[]> entries = IntStream.range(0, LEAVES)
            .mapToObj(i -> ("revontuli " + i).getBytes(UTF_8))
            .toList();
    private final List<Digest> leaves =
            entries.stream().map(MerkleTree::leafHash).toList();
    private final List<Digest> roots = roots(leaves);
    private final Map<Long, Digest> ranges = new HashMap<>();
    private Random random = new Random(SEED);

    @Test
    void noForgedProofIsAccepted() {
        Map<Kind, Integer> forged = new EnumMap<>(Kind.class);
        for (int i = 0; i < PROOFS; i++) {
            random = new Random((SEED + i) * 0x9E3779B97F4A7C15L); // neighbouring seeds would begin alike
            Kind kind = i % BUNDLE_EVERY == 0 ? Kind.BUNDLE : random.nextBoolean() ? Kind.INCLUSION : Kind.CONSISTENCY;
            Found found = Found.HONEST;
            while (found == Found.HONEST) {
                found = switch (kind) {
                    case INCLUSION -> inclusion();
                    case CONSISTENCY -> consistency();
                    case BUNDLE -> bundle();
                };
            }
            assertThat(found).as("%s, seed %d", kind, SEED + i).isEqualTo(Found.REFUSED);
            forged.merge(kind, 1, Integer::sum);
        }
        assertThat(forged).hasSize(Kind.values().length);
        System.out.println("forged proofs " + PROOFS + " of seed " + SEED + ": " + forged + ", accepted 0");
    }

    private Found inclusion() {
        int size = 1 + random.nextInt(LEAVES);
        int index = random.nextInt(size);
        List<Digest> proof = MerkleProofs.inclusion(index, size, this::range);
        int wrongIndex = random.nextInt(3) == 0 ? near(index) : index;
        int wrongSize = random.nextInt(3) == 0 ? Math.clamp(near(size), 1, LEAVES) : size;
        Digest leaf = random.nextInt(3) == 0 ? strange(index) : leaves.get(index);
        List<Digest> wrong = random.nextInt(2) == 0 ? forged(proof) : proof;
        boolean honest = wrongIndex >= 0
                && wrongIndex < wrongSize
                && leaf.equals(leaves.get(wrongIndex))
                && wrong.equals(MerkleProofs.inclusion(wrongIndex, wrongSize, this::range));
        return found(honest, MerkleProofs.verifyInclusion(leaf, wrongIndex, wrongSize, wrong, roots.get(wrongSize)));
    }

    private Found consistency() {
        int size = 1 + random.nextInt(LEAVES);
        int old = 1 + random.nextInt(size);
        List<Digest> proof = MerkleProofs.consistency(old, size, this::range);
        int wrongOld = random.nextInt(3) == 0 ? near(old) : old;
        int wrongSize = random.nextInt(3) == 0 ? Math.clamp(near(size), 1, LEAVES) : size;
        Digest oldRoot = random.nextInt(3) == 0 ? strange(old) : roots.get(old);
        List<Digest> wrong = random.nextInt(2) == 0 ? forged(proof) : proof;
        boolean honest = wrongOld >= 1
                && wrongOld <= wrongSize
                && oldRoot.equals(roots.get(wrongOld))
                && wrong.equals(MerkleProofs.consistency(wrongOld, wrongSize, this::range));
        return found(honest, MerkleProofs.verifyConsistency(wrongOld, oldRoot, wrongSize, roots.get(wrongSize), wrong));
    }

    /// A whole file with some of its bytes changed, or with a leaf that is not its own.
    private Found bundle() {
        int size = 1 + random.nextInt(LEAVES);
        int index = random.nextInt(size);
        SignedNote note = new Checkpoint(ORIGIN, size, roots.get(size)).sign(KEY);
        byte[] file = new TlogProof(new byte[0], index, MerkleProofs.inclusion(index, size, this::range), note).bytes();
        byte[] changed = random.nextInt(4) == 0 ? file : changed(file);
        byte[] leaf = entries.get(random.nextInt(4) == 0 ? random.nextInt(LEAVES) : index);
        boolean honest = Arrays.equals(changed, file) && Arrays.equals(leaf, entries.get(index));
        try {
            TlogProof.Outcome outcome = TlogProof.parse(changed).verify(leaf, ORIGIN, KEY.verifyingKey());
            return found(honest, outcome == TlogProof.Outcome.PROVEN);
        } catch (MalformedException _) {
            return Found.REFUSED;
        }
    }

    private static Found found(boolean honest, boolean accepted) {
        if (honest) {
            assertThat(accepted).as("an honest proof is accepted").isTrue();
            return Found.HONEST;
        }
        return accepted ? Found.ACCEPTED : Found.REFUSED;
    }

    private byte[] changed(byte[] file) {
        byte[] changed = file.clone();
        int at = random.nextInt(file.length);
        return switch (random.nextInt(4)) {
            case 0 -> {
                changed[at] ^= (byte) (1 << random.nextInt(8));
                yield changed;
            }
            case 1 -> {
                changed[at] = file[random.nextInt(file.length)];
                yield changed;
            }
            case 2 -> Arrays.copyOf(file, at);
            default -> {
                int from = random.nextInt(file.length);
                System.arraycopy(file, from, changed, at, file.length - Math.max(from, at));
                yield changed;
            }
        };
    }

    private List<Digest> forged(List<Digest> proof) {
        List<Digest> forged = new ArrayList<>(proof);
        int at = random.nextInt(proof.size() + 1);
        switch (random.nextInt(6)) {
            case 0 -> forged.add(at, strange(at));
            case 1 -> forged.subList(Math.max(0, at - 1), at).clear();
            case 2 -> Collections.shuffle(forged, random);
            case 3 -> forged.replaceAll(hash -> random.nextInt(proof.size()) == 0 ? strange(at) : hash);
            case 4 -> forged.subList(at, proof.size()).clear();
            default -> forged.addAll(at, proof);
        }
        return forged;
    }

    /// Hashes that a forger may have at hand: of leaves, nodes and roots of this very log, and one with a bit changed.
    private Digest strange(int at) {
        byte[] flipped = leaves.get(Math.clamp(at, 0, LEAVES - 1)).value();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        return switch (random.nextInt(4)) {
            case 0 -> leaves.get(random.nextInt(LEAVES));
            case 1 -> roots.get(random.nextInt(LEAVES));
            case 2 -> range(0, 1L << random.nextInt(9));
            default -> Digest.ofValue(flipped);
        };
    }

    private int near(int value) {
        return switch (random.nextInt(5)) {
            case 0 -> value + 1;
            case 1 -> value - 1;
            case 2 -> value ^ (1 << random.nextInt(9));
            case 3 -> value * 2;
            default -> random.nextInt(LEAVES);
        };
    }

    private Digest range(long begin, long end) {
        return ranges.computeIfAbsent(
                (begin << 32) | end, _ -> MerkleProofs.over(leaves).root(begin, end));
    }

    private static List<Digest> roots(List<Digest> leaves) {
        MerkleTree tree = new MerkleTree();
        List<Digest> roots = new ArrayList<>(List.of(tree.root()));
        leaves.forEach(leaf -> {
            tree.append(leaf);
            roots.add(tree.root());
        });
        return roots;
    }
}
