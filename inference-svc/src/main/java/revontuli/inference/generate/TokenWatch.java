package revontuli.inference.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import revontuli.inference.admit.Sequence;
import revontuli.inference.admit.SequenceEnd;
import revontuli.inference.engine.Chooser;
import revontuli.inference.engine.TokenOdds;
import revontuli.inference.generate.Signals.Signal;
import revontuli.inference.model.ServedModel;

/// Passes on what the batch draws and, where it was asked for, how likely it was. Called on the thread of the batch:
/// first the logits, then the token that was chosen by them.
final class TokenWatch implements Chooser, Sequence.Listener, Sequence.PromptWatch {
    private final ServedModel model;
    private final Chooser chooser;
    private final Details details;
    private final Signals signals;
    private final List<TokenOdds> prompt = new ArrayList<>();
    private int last;
    private Optional<TokenOdds> drawn = Optional.empty();

    TokenWatch(ServedModel model, Chooser chooser, Details details, Signals signals) {
        this.model = model;
        this.chooser = chooser;
        this.details = details;
        this.signals = signals;
    }

    @Override
    public int next(float[] logits) {
        last = chooser.next(logits);
        drawn = odds(logits, last, details.outputOdds());
        return last;
    }

    @Override
    public void token(int id) {
        signals.put(new Signal.Token(id, drawn));
    }

    @Override
    public void ended(SequenceEnd end) {
        if (end instanceof SequenceEnd.EndOfText) {
            signals.put(new Signal.EndToken(last, drawn));
        }
        signals.put(new Signal.TokensEnded(end));
    }

    @Override
    public void promptToken(int id, float[] logits) {
        odds(logits, id, details.promptOdds()).ifPresent(prompt::add);
    }

    @Override
    public void promptRead() {
        signals.put(new Signal.PromptRead(List.copyOf(prompt)));
    }

    private Optional<TokenOdds> odds(float[] logits, int id, OptionalInt likeliest) {
        return likeliest.isEmpty()
                ? Optional.empty()
                : Optional.of(model.engine()
                        .odds(logits, id, likeliest.getAsInt(), model.codec().vocabularyUsed()));
    }
}
