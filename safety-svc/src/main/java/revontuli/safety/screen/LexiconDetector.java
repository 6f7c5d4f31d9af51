package revontuli.safety.screen;

import java.util.ArrayList;
import java.util.List;
import revontuli.safety.lexicon.Hit;
import revontuli.safety.lexicon.Lexicon;
import revontuli.safety.policy.Direction;
import revontuli.safety.text.View;
import revontuli.safety.text.Words;

/// The lexicon as a stage; it reads every view.
public final class LexiconDetector implements Detector {
    static final String STAGE = "lexicon";

    private final Lexicon lexicon;

    public LexiconDetector(Lexicon lexicon) {
        this.lexicon = lexicon;
    }

    @Override
    public String stage() {
        return STAGE;
    }

    @Override
    public List<Finding> read(View view, Direction direction, boolean opening) {
        Words words = Words.of(view.text(), opening);
        List<Finding> findings = new ArrayList<>();
        for (Hit hit : lexicon.read(words)) {
            findings.add(
                    new Finding(hit.category(), hit.rule(), hit.rule(), stage(), view.name(), hit.span(), hit.score()));
        }
        return findings;
    }
}
