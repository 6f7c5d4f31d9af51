package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;

/// Fuzz target: a text in any pieces has the ids of the whole text, and ids one by one have the text of all ids.
public final class FuzzedStreams {
    private FuzzedStreams() {}

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzedText fuzzed = FuzzedText.of(input);
        Ids whole = new Ids();
        UnusableText refused = null;
        try {
            fuzzed.tokenizer().encode(fuzzed.utf8(), 0, fuzzed.utf8().length, fuzzed.specials(), whole);
        } catch (UnusableText e) {
            refused = e;
        }
        int pendingMax = fuzzed.seed() % 4 == 3 ? 64 : 1 << 16;
        try {
            int[] streamed = streamed(fuzzed, pendingMax);
            assertThat(refused).isNull();
            assertThat(streamed).isEqualTo(whole.toArray());
        } catch (UnusableText e) {
            if (e.reason() == UnusableText.Reason.NO_PLACE_TO_CUT) {
                assertThat(fuzzed.utf8().length).isGreaterThan(pendingMax);
            } else {
                assertThat(refused).isNotNull();
                assertThat(e.position()).isEqualTo(refused == null ? -1 : refused.position());
            }
        }
        if (refused == null) {
            decoded(fuzzed.tokenizer(), whole.toArray(), fuzzed.seed() % 2 == 0);
        }
        int[] any = new int[input.length / 2];
        for (int i = 0; i < any.length; i++) {
            any[i] = (((input[2 * i] & 0xFF) << 8) | (input[2 * i + 1] & 0xFF))
                    % fuzzed.tokenizer().size();
        }
        decoded(fuzzed.tokenizer(), any, fuzzed.seed() % 2 == 0);
    }

    private static int[] streamed(FuzzedText fuzzed, int pendingMax) {
        StreamingEncoder encoder = fuzzed.tokenizer().encoder(fuzzed.specials(), pendingMax);
        Random random = new Random(fuzzed.seed());
        Ids ids = new Ids();
        int length = fuzzed.utf8().length;
        for (int at = 0; at < length; ) {
            int count = Math.min(length - at, 1 + random.nextInt(1 + fuzzed.seed() / 4));
            encoder.add(fuzzed.utf8(), at, at + count, ids);
            if (encoder.pending() > pendingMax) {
                throw new AssertionError(encoder.pending() + " bytes are held back");
            }
            at += count;
        }
        encoder.finish(ids);
        return ids.toArray();
    }

    private static void decoded(BpeTokenizer tokenizer, int[] ids, boolean skipSpecials) {
        StreamingDecoder decoder = tokenizer.decoder(skipSpecials);
        StringBuilder found = new StringBuilder();
        for (int id : ids) {
            String more = decoder.add(id);
            found.append(more);
            if (Utf8.hasLoneSurrogate(more) || decoder.pending() > 3) {
                throw new AssertionError("a character is split or held back: " + Arrays.toString(ids));
            }
        }
        found.append(decoder.finish());
        assertThat(found.toString()).isEqualTo(tokenizer.decode(ids, skipSpecials));
    }
}
