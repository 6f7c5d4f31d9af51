package revontuli.safety.screen;

import java.util.List;
import revontuli.safety.policy.Direction;
import revontuli.safety.text.View;

/// One stage of screening: finds, does not decide. The same views give the same findings; threads may share it.
public interface Detector {
    /// The stage's name in verdicts, such as `lexicon`.
    String stage();

    /// `opening` tells whether the text begins here or is a window of a longer one.
    List<Finding> read(View view, Direction direction, boolean opening);
}
