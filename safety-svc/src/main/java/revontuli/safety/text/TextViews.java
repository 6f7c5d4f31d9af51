package revontuli.safety.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// All readings of one text that differ from each other. Their number is fixed and none is longer than a small
/// multiple of the text, so the cost is linear.
///
/// `plain` is always there and comes first: NFKC without invisible characters. `raw` is there where it differs.
/// Case is folded by whoever compares words ([Words]).
public final class TextViews {
    private static final int DECODINGS_MAX = 2;

    private final List<View> views = new ArrayList<>();

    private TextViews(String original) {
        MappedText raw = MappedText.of(original);
        MappedText plain = Normal.of(raw);
        add("plain", plain, true);
        add("raw", raw, true);
        add("lookalike", Disguise.unmasked(plain), false);
        add("leet", Disguise.unleeted(plain), false);
        add("turned", Normal.of(Reversed.of(raw)), true);
        add("joined", Joined.of(plain), false);
        add("romanized", RomanHindi.of(plain), false);
        add("rot13", Disguise.rotated(plain), false);
        decode("base64", plain, Decoded::base64);
        decode("hex", plain, Decoded::hex);
        decode("url", plain, Decoded::url);
    }

    public static List<View> of(String original) {
        return List.copyOf(new TextViews(original).views);
    }

    private void decode(String name, MappedText source, UnaryOperator<MappedText> decoder) {
        MappedText text = source;
        for (int round = 0; round < DECODINGS_MAX; round++) {
            MappedText decoded = decoder.apply(text);
            if (decoded.text().equals(text.text())) {
                return;
            }
            text = Normal.of(decoded);
            add(round == 0 ? name : name + "-twice", text, true);
        }
    }

    private void add(String name, MappedText text, boolean literal) {
        for (View view : views) {
            if (view.text().text().equals(text.text())) {
                return;
            }
        }
        views.add(new View(name, text, literal));
    }
}
