package revontuli.safety.review;

import java.time.Instant;
import java.util.Optional;
import revontuli.safety.review.Review.Refused;

/// Keeps texts sealed under the data key of their subject: whoever erases the subject makes them noise.
public interface SealedTexts {
    byte[] seal(Refused refused, String name, String text, Instant time);

    /// Empty where the subject was erased.
    Optional<String> open(Refused refused, String name, byte[] sealed);
}
