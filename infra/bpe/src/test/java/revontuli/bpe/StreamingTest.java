package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamingTest {
    private static final int PENDING = 1 << 16;
    private static final String SAMPLE = "Hello world, don't  stop:\n\tdef f(x):\n    return x*2 # 12345\n"
            + "P\u00E4iv\u00E4\u00E4, revontulet! \u0928\u092E\u0938\u094D\u0924\u0947 \u0926\u0941\u0928\u093F\u092F\u093E\u0964 "
            + "\u65E5\u672C\u8A9E\u306E\u6587\u3001\u6539\u884C\u306A\u3057\u3002\u6B21 \uD83D\uDE00 <|endoftext|> x <mask> y ";

    @Test
    void everyBorderOfATextGivesTheIdsOfTheWholeText() throws NotOurs {
        for (Map.Entry<String, byte[]> variant : Variants.all().entrySet()) {
            BpeTokenizer tokenizer = BpeTokenizer.read(variant.getValue());
            byte[] text = (SAMPLE + SAMPLE).getBytes(StandardCharsets.UTF_8);
            int[] expected = tokenizer.encode(SAMPLE + SAMPLE, Specials.AS_TOKENS);
            for (int border = 0; border <= text.length; border++) {
                assertThat(streamed(tokenizer, text, border, text.length - border))
                        .as(variant.getKey() + " cut at " + border)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void piecesOfAnySizeGiveTheIdsOfTheWholeText() throws NotOurs {
        Random random = new Random(7);
        for (Map.Entry<String, byte[]> variant : Variants.all().entrySet()) {
            BpeTokenizer tokenizer = BpeTokenizer.read(variant.getValue());
            Texts texts = new Texts(variant.getKey().hashCode());
            for (int i = 0; i < 300; i++) {
                String text = texts.next(200);
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                int[] pieces = random.ints(400, 1, 60).toArray();
                assertThat(streamed(tokenizer, bytes, pieces))
                        .as(variant.getKey() + " " + text)
                        .isEqualTo(tokenizer.encode(text, Specials.AS_TOKENS));
            }
        }
    }

    @Test
    void aLongDocumentIsHeldBackByAFewBytesOnly() throws NotOurs {
        BpeTokenizer tokenizer = BpeTokenizer.read(Variants.named("shipped"));
        StreamingEncoder encoder = tokenizer.encoder(Specials.AS_TEXT, PENDING);
        byte[] piece = SAMPLE.repeat(20).getBytes(StandardCharsets.UTF_8);
        Ids ids = new Ids();
        int most = 0;
        int count = 0;
        for (int i = 0; i < 200; i++) {
            encoder.add(piece, 0, piece.length, ids);
            most = Math.max(most, encoder.pending());
            count += ids.size();
            ids.clear();
        }
        encoder.finish(ids);
        count += ids.size();
        assertThat(most).isLessThan(200);
        assertThat(count).isEqualTo(tokenizer.encode(SAMPLE.repeat(4000), Specials.AS_TEXT).length);
    }

    @Test
    void anEndlessRunIsRefusedAtTheLimitAndNotBefore() throws NotOurs {
        BpeTokenizer tokenizer = BpeTokenizer.read(Variants.named("shipped"));
        byte[] run = "a".repeat(1000).getBytes(StandardCharsets.UTF_8);
        Ids ids = new Ids();
        StreamingEncoder atLimit = tokenizer.encoder(Specials.AS_TEXT, 1000);
        atLimit.add(run, 0, 1000, ids);
        atLimit.finish(ids);
        assertThat(ids.toArray()).isEqualTo(tokenizer.encode("a".repeat(1000), Specials.AS_TEXT));
        StreamingEncoder past = tokenizer.encoder(Specials.AS_TEXT, 999);
        assertThatThrownBy(() -> past.add(run, 0, 1000, ids))
                .isInstanceOf(UnusableText.class)
                .hasMessageContaining("no place to cut within 999 bytes");
    }

    @Test
    void malformedBytesAreRefusedWithTheirPlaceInTheStream() throws NotOurs {
        BpeTokenizer tokenizer = BpeTokenizer.read(Variants.named("shipped"));
        byte[] good = "several good words ".repeat(10).getBytes(StandardCharsets.UTF_8);
        StreamingEncoder encoder = tokenizer.encoder(Specials.AS_TEXT, PENDING);
        Ids ids = new Ids();
        encoder.add(good, 0, good.length, ids);
        assertThatThrownBy(() -> encoder.add(new byte[] {'x', (byte) 0xFF}, 0, 2, ids))
                .hasMessage("not UTF-8 at byte " + (good.length + 1));
        StreamingEncoder cut = tokenizer.encoder(Specials.AS_TEXT, PENDING);
        cut.add(new byte[] {'x', (byte) 0xE3, (byte) 0x81}, 0, 3, ids);
        assertThatThrownBy(() -> cut.finish(ids)).hasMessage("not UTF-8 at byte 1");
    }

    @Test
    void decodedTextIsNeverSplitInsideACharacterNorLostNorDoubled() throws NotOurs {
        BpeTokenizer tokenizer = BpeTokenizer.read(Variants.named("shipped"));
        Texts texts = new Texts(11);
        for (int i = 0; i < 3000; i++) {
            String text = texts.next(20);
            StringBuilder found = new StringBuilder();
            StreamingDecoder decoder = tokenizer.decoder(false);
            for (int id : tokenizer.encode(text, Specials.AS_TOKENS)) {
                String more = decoder.add(id);
                assertThat(Utf8.hasLoneSurrogate(more)).isFalse();
                found.append(more);
                assertThat(text).startsWith(found);
            }
            assertThat(decoder.finish()).isEmpty();
            assertThat(found.toString()).isEqualTo(text);
        }
    }

    @Test
    void idsInAnyOrderStreamToWhatDecodingAllAtOnceGives() throws NotOurs {
        BpeTokenizer tokenizer = BpeTokenizer.read(Variants.named("shipped"));
        Random random = new Random(3);
        for (int i = 0; i < 5000; i++) {
            int[] ids = random.ints(12, 0, i % 2 == 0 ? 300 : tokenizer.size()).toArray();
            boolean skip = i % 3 == 0;
            StreamingDecoder decoder = tokenizer.decoder(skip);
            StringBuilder found = new StringBuilder();
            for (int id : ids) {
                found.append(decoder.add(id));
                assertThat(decoder.pending()).isLessThan(4);
            }
            found.append(decoder.finish());
            assertThat(found.toString()).as(Arrays.toString(ids)).isEqualTo(tokenizer.decode(ids, skip));
        }
    }

    private static int[] streamed(BpeTokenizer tokenizer, byte[] text, int... pieces) {
        StreamingEncoder encoder = tokenizer.encoder(Specials.AS_TOKENS, PENDING);
        Ids ids = new Ids();
        int at = 0;
        for (int i = 0; at < text.length; i++) {
            int count = i < pieces.length ? Math.min(pieces[i], text.length - at) : text.length - at;
            encoder.add(text, at, at + count, ids);
            at += count;
        }
        encoder.finish(ids);
        return ids.toArray();
    }
}
