package revontuli.inference.generate;

import java.util.Optional;

/// The judge of every text that comes in or goes out. Fails closed: whatever is not a verdict is a [NoVerdict].
public interface Moderation {
    /// What is judged: the resource it belongs to, and the tenant it is judged for.
    record Subject(String tenant, String generation) {}

    /// A verdict on a whole text, with the commitment to the exact text.
    ///
    /// @param redacted text with redactions applied, when the verdict is to redact
    record Judgement(Verdict verdict, Optional<String> redacted, Opening opening) {}

    /// Judges a prompt and commits to it.
    Judgement judgePrompt(Subject subject, String prompt);

    /// Judges a whole output and commits to it.
    Judgement judgeOutput(Subject subject, String output);

    /// Judges words of the model that are not part of its output. Nothing is committed to.
    Verdict judgeWords(Subject subject, String words);

    /// Opens the gate for an output that grows. Answers come on another thread.
    Gate open(Subject subject, Listener listener);

    /// Takes text as it grows, whole characters.
    interface Gate extends AutoCloseable {
        void append(String delta);

        /// No more text: the last answer is due.
        void end();

        /// Gives up; nothing more is released.
        @Override
        void close();
    }

    /// Hears what may go out. Exactly one of `judged` and `lost` ends it.
    interface Listener {
        /// Text that may go out now, perhaps none; `index` units of the original are released in all.
        void released(String text, long index, boolean redacted);

        /// The verdict on the whole; the opening is of all released text, where the judge gave one.
        void judged(Verdict verdict, Optional<Opening> opening);

        void lost(NoVerdict why);
    }
}
