package revontuli.inference.generate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import revontuli.inference.engine.Odds;
import revontuli.inference.engine.TokenOdds;
import revontuli.inference.model.Lane;
import revontuli.inference.model.TextCodec;

/// Tells how likely tokens were. The likeliest at a place are words that the model did not say and that nobody judged:
/// in the serve lane they are shown only after the judge has let them through; else their log-probabilities go out
/// alone.
final class Likeliest {
    /// UTF-16 units that are judged at once.
    private static final int UNITS_MAX = 16_000;

    private final Moderation moderation;
    private final Generation generation;
    private final TextCodec codec;

    Likeliest(Moderation moderation, Generation generation) {
        this.moderation = moderation;
        this.generation = generation;
        this.codec = generation.model().codec();
    }

    /// A token of which nothing but itself is told.
    ToldToken plain(int id) {
        return new ToldToken(id, codec.bytes(id), OptionalDouble.empty(), List.of());
    }

    List<ToldToken> told(List<TokenOdds> tokens) {
        Set<Integer> unsaid = new LinkedHashSet<>();
        for (TokenOdds token : tokens) {
            for (Odds odds : token.likeliest()) {
                if (odds.id() != token.token().id()) {
                    unsaid.add(odds.id());
                }
            }
        }
        boolean shown = unsaid.isEmpty() || generation.request().lane() == Lane.EVALUATE || passes(unsaid);
        List<ToldToken> told = new ArrayList<>();
        for (TokenOdds token : tokens) {
            int id = token.token().id();
            List<ToldToken.Likely> likeliest = token.likeliest().stream()
                    .map(odds -> likely(odds, !shown && odds.id() != id))
                    .toList();
            told.add(new ToldToken(
                    id, codec.bytes(id), OptionalDouble.of(token.token().logProbability()), likeliest));
        }
        return told;
    }

    private ToldToken.Likely likely(Odds odds, boolean withheld) {
        return new ToldToken.Likely(odds.id(), codec.bytes(odds.id()), odds.logProbability(), withheld);
    }

    private boolean passes(Set<Integer> ids) {
        StringBuilder words = new StringBuilder();
        for (int id : ids) {
            words.append(new String(codec.bytes(id), StandardCharsets.UTF_8)).append('\n');
            if (words.length() > UNITS_MAX) {
                if (!passes(words.toString())) {
                    return false;
                }
                words.setLength(0);
            }
        }
        return words.isEmpty() || passes(words.toString());
    }

    private boolean passes(String words) {
        return moderation.judgeWords(generation.subject(), words).action() == Verdict.Action.ALLOW;
    }
}
