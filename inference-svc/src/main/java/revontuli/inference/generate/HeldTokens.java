package revontuli.inference.generate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import revontuli.inference.engine.TokenOdds;

/// Tokens that wait until their text is released: none goes out before every character that it touches, and none behind
/// a redaction.
final class HeldTokens {
    private final List<Drawn> open = new ArrayList<>();
    private final Deque<Placed> placed = new ArrayDeque<>();
    private boolean withheld;

    /// A token that was drawn.
    ///
    /// @param odds how likely it was, where that was asked for
    record Drawn(int id, Optional<TokenOdds> odds) {}

    private record Placed(Drawn token, long end) {}

    void add(Drawn token) {
        open.add(token);
    }

    /// All tokens so far make whole characters: so many UTF-16 units of text.
    void settle(long end) {
        open.forEach(token -> placed.add(new Placed(token, end)));
        open.clear();
    }

    /// So many units are released now; the tokens that thereby may go out.
    List<Drawn> upTo(long released) {
        List<Drawn> out = new ArrayList<>();
        while (!placed.isEmpty() && placed.element().end() <= released) {
            out.add(placed.remove().token());
        }
        return withheld ? List.of() : out;
    }

    /// Something was replaced: nothing more goes out.
    void withhold() {
        withheld = true;
    }
}
