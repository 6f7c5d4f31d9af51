package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Fuzz target: any text has the ids, the offsets and the decoded text of the reference library.
public final class FuzzedReference {
    private static final Map<String, Reference> REFERENCES = references();

    private FuzzedReference() {}

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzedText fuzzed = FuzzedText.of(input);
        if (Utf8.firstMalformed(fuzzed.utf8(), 0, fuzzed.utf8().length) >= 0) {
            return;
        }
        String text = new String(fuzzed.utf8(), StandardCharsets.UTF_8);
        Reference reference = Objects.requireNonNull(REFERENCES.get(fuzzed.name()));
        BpeTokenizer.Encoded expected = reference.encode(text);
        BpeTokenizer.Encoded found = fuzzed.tokenizer().encodeWithOffsets(text, Specials.AS_TOKENS);
        assertThat(found.ids()).as(fuzzed.name()).isEqualTo(expected.ids());
        if (!fuzzed.name().equals("a byte without a token")) { // there the reference loses count
            assertThat(found.offsets()).as(fuzzed.name()).isEqualTo(expected.offsets());
        }
        boolean skip = fuzzed.seed() % 2 == 0;
        assertThat(fuzzed.tokenizer().decode(found.ids(), skip)).isEqualTo(reference.decode(found.ids(), skip));
    }

    private static Map<String, Reference> references() {
        Map<String, Reference> all = new HashMap<>();
        Variants.all().forEach((name, json) -> {
            try {
                all.put(name, new Reference(json));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return all;
    }
}
