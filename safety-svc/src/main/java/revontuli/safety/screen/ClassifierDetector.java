package revontuli.safety.screen;

import java.util.List;
import revontuli.safety.classify.Classifier;
import revontuli.safety.policy.Direction;
import revontuli.safety.text.View;
import revontuli.safety.text.Words;

/// The learned model as a stage; it reads every view. Its rule is named after the category.
public final class ClassifierDetector implements Detector {
    static final String STAGE = "classifier";

    private static final String RULE = "classifier.";

    private final Classifier classifier;

    public ClassifierDetector(Classifier classifier) {
        this.classifier = classifier;
    }

    @Override
    public String stage() {
        return STAGE;
    }

    @Override
    public List<Finding> read(View view, Direction direction, boolean opening) {
        Words words = Words.of(view.text(), opening);
        return classifier.read(words).stream()
                .map(judged -> {
                    String rule = RULE + judged.category().id();
                    return new Finding(
                            judged.category(),
                            rule,
                            rule,
                            stage(),
                            view.name(),
                            words.original(
                                    judged.within().start(), judged.within().end()),
                            judged.score());
                })
                .toList();
    }
}
