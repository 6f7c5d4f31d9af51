package revontuli.safety.encoder;

import java.util.List;

/// Cuts a normalized text into ids of a vocabulary.
interface Pieces {
    void cut(String text, List<Integer> out);
}
