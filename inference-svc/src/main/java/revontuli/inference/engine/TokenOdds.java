package revontuli.inference.engine;

import java.util.List;

/// How likely a token was at its place, and the likeliest ones there, the likeliest first, the lower id first among
/// equals.
public record TokenOdds(Odds token, List<Odds> likeliest) {
    public TokenOdds {
        likeliest = List.copyOf(likeliest);
    }
}
