package revontuli.transparency.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.crypto.DetachedJws.Outcome;
import revontuli.transparency.crypto.DetachedJws.Reason;

class DetachedJwsTest {
    private static final byte[] PAYLOAD = "{\"id\":\"jobs/a\"}".getBytes(UTF_8);
    private final SigningKey key = SigningKey.ofSeed(new byte[32]);

    @Test
    void aSignatureVerifiesOverExactlyItsPayload() {
        String jws = DetachedJws.sign(key, PAYLOAD);

        assertThat(DetachedJws.verify(jws, PAYLOAD, this::keys)).isEqualTo(new Outcome.Verified(key.kid()));
        assertThat(reason(jws, (new String(PAYLOAD, UTF_8) + " ").getBytes(UTF_8)))
                .isEqualTo(Reason.BAD_SIGNATURE);
        assertThat(reason(jws, new byte[0])).isEqualTo(Reason.BAD_SIGNATURE);
    }

    @Test
    void theFormIsHeaderTwoDotsSignature() {
        String jws = DetachedJws.sign(key, PAYLOAD);

        String[] parts = jws.split("\\.\\.", -1);
        String header = new String(Base64.getUrlDecoder().decode(parts[0]), UTF_8);
        String input = parts[0] + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(PAYLOAD);

        assertThat(header).isEqualTo("{\"alg\":\"EdDSA\",\"kid\":\"" + key.kid() + "\"}");
        assertThat(parts[1])
                .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(key.sign(input.getBytes(UTF_8))));
    }

    @Test
    void anUnknownKidIsSaidSo() {
        String jws = DetachedJws.sign(SigningKey.generate(), PAYLOAD);

        assertThat(reason(jws, PAYLOAD)).isEqualTo(Reason.UNKNOWN_KEY);
    }

    @Test
    void anotherSignersSignatureUnderThisKidIsBad() {
        String jws = withHeader("{\"alg\":\"EdDSA\",\"kid\":\"" + key.kid() + "\"}", SigningKey.generate());

        assertThat(reason(jws, PAYLOAD)).isEqualTo(Reason.BAD_SIGNATURE);
    }

    @Test
    void theHeadersSpellingIsFree() {
        String jws = withHeader("{ \"kid\": \"" + key.kid() + "\", \"alg\": \"EdDSA\" }", key);

        assertThat(DetachedJws.verify(jws, PAYLOAD, this::keys)).isEqualTo(new Outcome.Verified(key.kid()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"EdDSA\"}",
                "{\"kid\":\"K\"}",
                "{\"alg\":\"none\",\"kid\":\"K\"}",
                "{\"alg\":\"HS256\",\"kid\":\"K\"}",
                "{\"alg\":\"EdDSA\",\"crit\":[\"b64\"],\"b64\":false,\"kid\":\"K\"}",
                "{\"alg\":\"EdDSA\",\"kid\":\"K\",\"jku\":\"x\"}",
                "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\",\"kid\":\"K\"}",
                "{\"alg\":\"EdDSA\",\"kid\":\"\"}",
                "{\"alg\":\"EdDSA\",\"kid\":true}",
                "[]",
                "K"
            })
    void anyOtherHeaderIsMalformed(String header) {
        String jws = withHeader(header.replace("K", key.kid()), key);

        assertThat(reason(jws, PAYLOAD)).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void anyOtherFormIsMalformed() {
        String jws = DetachedJws.sign(key, PAYLOAD);

        for (String text : new String[] {
            "",
            "..",
            ".",
            jws + "=",
            jws.replace("..", "."),
            jws.replace("..", "..."),
            jws + "A",
            jws + "\n",
            " " + jws,
            jws.substring(0, jws.length() - 1),
            jws + "A".repeat(1024),
            jws.replace("..", ".x.")
        }) {
            assertThat(reason(text, PAYLOAD)).as(text).isEqualTo(Reason.MALFORMED);
        }
    }

    @Test
    void everyOtherSpellingOfTheSignatureIsRefused() {
        String jws = DetachedJws.sign(key, PAYLOAD);
        int last = jws.length() - 1;

        for (char c = 'A'; c <= 'z'; c++) {
            if (c != jws.charAt(last)) {
                assertThat(DetachedJws.verify(jws.substring(0, last) + c, PAYLOAD, this::keys))
                        .isInstanceOf(Outcome.Refused.class);
            }
        }
    }

    private static String withHeader(String header, SigningKey signer) {
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        String encoded = url.encodeToString(header.getBytes(UTF_8));
        byte[] signature = signer.sign((encoded + "." + url.encodeToString(PAYLOAD)).getBytes(UTF_8));
        return encoded + ".." + url.encodeToString(signature);
    }

    private Optional<VerifyingKey> keys(String kid) {
        return kid.equals(key.kid()) ? Optional.of(key.verifyingKey()) : Optional.empty();
    }

    private Reason reason(String jws, byte[] payload) {
        return switch (DetachedJws.verify(jws, payload, this::keys)) {
            case Outcome.Refused(var reason, var _) -> reason;
            case Outcome.Verified(var kid) -> throw new AssertionError("verified under " + kid);
        };
    }
}
