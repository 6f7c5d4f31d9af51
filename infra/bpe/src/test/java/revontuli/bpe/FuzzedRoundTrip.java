package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/// Fuzz target: any bytes are encoded and decoded without loss, or refused at the place where they stop being UTF-8.
public final class FuzzedRoundTrip {
    private FuzzedRoundTrip() {}

    public static void fuzzerTestOneInput(byte[] input) {
        FuzzedText fuzzed = FuzzedText.of(input);
        BpeTokenizer tokenizer = fuzzed.tokenizer();
        byte[] utf8 = fuzzed.utf8();
        Ids ids = new Ids();
        int bad = firstMalformed(utf8);
        if (bad >= 0) {
            assertThatThrownBy(() -> tokenizer.encode(utf8, 0, utf8.length, fuzzed.specials(), ids))
                    .isInstanceOfSatisfying(UnusableText.class, e -> {
                        assertThat(e.reason()).isEqualTo(UnusableText.Reason.NOT_UTF8);
                        assertThat(e.position()).isEqualTo(bad);
                    });
            return;
        }
        String text = new String(utf8, StandardCharsets.UTF_8);
        tokenizer.encode(utf8, 0, utf8.length, fuzzed.specials(), ids);
        int[] found = ids.toArray();
        assertThat(tokenizer.encode(text, fuzzed.specials())).isEqualTo(found);
        BpeTokenizer.Encoded encoded = tokenizer.encodeWithOffsets(text, fuzzed.specials());
        assertThat(encoded.ids()).isEqualTo(found);
        checkOffsets(encoded.offsets(), utf8, fuzzed.offsetsCoverAll());
        String decoded = tokenizer.decode(found, false);
        assertThat(new String(tokenizer.decodeBytes(found, false), StandardCharsets.UTF_8))
                .isEqualTo(decoded);
        if (fuzzed.roundTrips()) {
            assertThat(decoded).isEqualTo(text);
        }
    }

    private static int firstMalformed(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult end = decoder.decode(in, CharBuffer.allocate(bytes.length + 1), true);
        return end.isError() ? in.position() : -1;
    }

    private static void checkOffsets(int[] offsets, byte[] utf8, boolean coverAll) {
        int[] units = new int[utf8.length + 1];
        int unit = 0;
        for (int at = 0; at < utf8.length; at++) {
            boolean starts = (utf8[at] & 0xC0) != 0x80;
            units[at] = starts ? unit : -1;
            unit += !starts ? 0 : (utf8[at] & 0xF8) == 0xF0 ? 2 : 1;
        }
        units[utf8.length] = unit;
        int covered = 0;
        for (int i = 0; i < offsets.length; i += 4) {
            int start = offsets[i];
            int end = offsets[i + 1];
            boolean inside = start >= 0 && start <= end && end <= utf8.length;
            boolean whole = inside && offsets[i + 2] == units[start] && offsets[i + 3] == units[end];
            boolean follows = !coverAll || (start <= covered && end >= covered);
            if (!whole || !follows) { // an assertion each would be most of the time
                throw new AssertionError("token " + i / 4 + " stands at " + start + " to " + end);
            }
            covered = end;
        }
        assertThat(!coverAll || covered == utf8.length).isTrue();
    }
}
