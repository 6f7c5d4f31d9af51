package revontuli.inference.generate;

import java.util.Optional;

/// The gate of the evaluate lane: text goes to the evaluator at once and is judged as a whole at the end. Without a
/// verdict the generation is interrupted all the same.
final class JudgedAfterwards implements Moderation.Gate {
    private final Moderation moderation;
    private final Moderation.Subject subject;
    private final Moderation.Listener listener;
    private final StringBuilder text = new StringBuilder();

    JudgedAfterwards(Moderation moderation, Moderation.Subject subject, Moderation.Listener listener) {
        this.moderation = moderation;
        this.subject = subject;
        this.listener = listener;
    }

    @Override
    public void append(String delta) {
        text.append(delta);
        listener.released(delta, text.length(), false);
    }

    @Override
    public void end() {
        try {
            Moderation.Judgement judged = moderation.judgeOutput(subject, text.toString());
            listener.judged(judged.verdict(), Optional.of(judged.opening()));
        } catch (NoVerdict why) {
            listener.lost(why);
        }
    }

    @Override
    public void close() {
        // holds nothing
    }
}
