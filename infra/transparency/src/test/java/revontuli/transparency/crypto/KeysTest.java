package revontuli.transparency.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.json.MalformedException;

class KeysTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] MESSAGE = "Revontulet n\u00e4kyv\u00e4t".getBytes(UTF_8);

    @ParameterizedTest
    @CsvSource({
        // RFC 8032, section 7.1: seed, public key, message, signature
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    })
    void signaturesAreThoseOfTheStandard(String seed, String publicKey, String message, String signature) {
        SigningKey key = SigningKey.ofSeed(HEX.parseHex(seed));

        byte[] signed = key.sign(HEX.parseHex(message));

        assertThat(HEX.formatHex(key.verifyingKey().raw())).isEqualTo(publicKey);
        assertThat(HEX.formatHex(signed)).isEqualTo(signature);
        assertThat(key.verifyingKey().verifies(HEX.parseHex(message), signed)).isTrue();
    }

    @Test
    void anotherMessageKeyOrSignatureDoesNotVerify() {
        SigningKey key = SigningKey.generate();
        byte[] signature = key.sign(MESSAGE);

        for (int bit = 0; bit < signature.length * 8; bit++) {
            byte[] changed = signature.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(key.verifyingKey().verifies(MESSAGE, changed)).isFalse();
        }
        assertThat(key.verifyingKey().verifies(MESSAGE, signature)).isTrue();
        assertThat(key.verifyingKey().verifies("x".getBytes(UTF_8), signature)).isFalse();
        assertThat(key.verifyingKey().verifies(MESSAGE, Arrays.copyOf(signature, 63)))
                .isFalse();
        assertThat(SigningKey.generate().verifyingKey().verifies(MESSAGE, signature))
                .isFalse();
    }

    @Test
    void aSignatureHasNoSecondSpelling() {
        SigningKey key = SigningKey.generate();
        byte[] signature = key.sign(MESSAGE);
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        BigInteger s = new BigInteger(1, reversed(Arrays.copyOfRange(signature, 32, 64)));

        byte[] bigEndian = s.add(order).toByteArray();
        byte[] shifted = Arrays.copyOf(signature, 64);
        Arrays.fill(shifted, 32, 64, (byte) 0);
        byte[] littleEndian = reversed(bigEndian);
        System.arraycopy(littleEndian, 0, shifted, 32, Math.min(32, littleEndian.length));

        assertThat(key.verifyingKey().verifies(MESSAGE, shifted)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "0200000000000000000000000000000000000000000000000000000000000000",
                // the base point plus a point of order 8
                "da99e28ba529cdde35a25fba9059e78ecaee239f99755b9b1aa4f65df00803e2",
                "00"
            })
    void aKeyThatCouldVerifyAnythingIsRefused(String raw) {
        assertThatThrownBy(() -> VerifyingKey.ofRaw(HEX.parseHex(raw))).isInstanceOf(MalformedException.class);
    }

    @Test
    void theKidIsTheBeginningOfTheDigest() {
        VerifyingKey key = SigningKey.ofSeed(new byte[32]).verifyingKey();

        assertThat(key.kid()).isEqualTo(Digest.of(key.raw()).hex().substring(0, 16));
        assertThat(VerifyingKey.parse(key.base64())).isEqualTo(key).hasSameHashCodeAs(key);
    }

    @Test
    void thePlatformReadsOurPemAndWeReadThePlatforms() throws GeneralSecurityException {
        SigningKey ours = SigningKey.generate();
        PrivateKey theirs =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();

        String base64 = ours.toPem().lines().toList().get(1);
        PrivateKey read = KeyFactory.getInstance("Ed25519")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        SigningKey ofTheirs = SigningKey.parsePem("-----BEGIN PRIVATE KEY-----\r\n"
                + Base64.getEncoder().encodeToString(theirs.getEncoded()) + "\r\n-----END PRIVATE KEY-----");

        assertThat(platformSignature(read)).isEqualTo(ours.sign(MESSAGE));
        assertThat(ofTheirs.sign(MESSAGE)).isEqualTo(platformSignature(theirs));
    }

    @Test
    void aWrittenKeyIsForItsOwnerOnlyAndNeverReplaced(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("log.pem");
        SigningKey key = SigningKey.generate();

        key.writePem(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(SigningKey.readPem(file).verifyingKey()).isEqualTo(key.verifyingKey());
        assertThatThrownBy(() -> SigningKey.generate().writePem(file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(SigningKey.readPem(file).verifyingKey()).isEqualTo(key.verifyingKey());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----",
                "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----"
            })
    void whatIsNoPrivateKeyIsMalformed(String pem) {
        assertThatThrownBy(() -> SigningKey.parsePem(pem)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aPrivateKeyIsNotPrinted() {
        SigningKey key = SigningKey.ofSeed(new byte[32]);

        assertThat(key.toString()).isEqualTo("private key of ed25519:" + key.kid());
    }

    private static byte[] platformSignature(PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(MESSAGE);
        return signature.sign();
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
