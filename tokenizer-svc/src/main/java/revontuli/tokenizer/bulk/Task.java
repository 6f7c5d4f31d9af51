package revontuli.tokenizer.bulk;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import revontuli.platform.shard.ShardHeader;
import revontuli.transparency.crypto.Digest;

/// One file of documents on its way to a token shard.
///
/// @param id id behind `tokenizeTasks/`
public record Task(String id, Order order, State state, Claim claim, ShardHeader.Counts counts, Outcome outcome) {
    public static final String COLLECTION = "tokenizeTasks";
    private static final int ID_HEX_DIGITS = 40;

    /// What is wanted, for whom, since when.
    public record Order(String tenant, Digest dataset, Digest tokenizer, Instant createTime) {}

    /// Who works on it.
    ///
    /// @param fence grows with every claim; a worker with an earlier one can write nothing more
    /// @param tries how often it was tried since it was last asked for
    public record Claim(int fence, int tries) {}

    /// Where it is.
    public enum State {
        /// On its way onto the topic or off it.
        SUBMITTED,
        /// Waits for a worker.
        QUEUED,
        /// Is being worked on.
        RUNNING,
        /// Its shard is in the store.
        DONE,
        /// It ended without a shard.
        FAILED
    }

    /// How it ended; all empty before.
    public record Outcome(Optional<Made> made, String reason, String message, Optional<Instant> endTime) {
        public static final Outcome NONE = new Outcome(Optional.empty(), "", "", Optional.empty());
    }

    /// The shard.
    public record Made(Digest shard, long bytes) {}

    static Task submitted(Order order) {
        return new Task(
                idOf(order), order, State.SUBMITTED, new Claim(0, 0), new ShardHeader.Counts(0, 0, 0, 0), Outcome.NONE);
    }

    /// The two digests are the task: whoever asks for the same gets the same.
    static String idOf(Order order) {
        String both = "tokenize\n" + order.dataset() + "\n" + order.tokenizer() + "\n";
        return "t-" + Digest.of(both.getBytes(StandardCharsets.UTF_8)).hex().substring(0, ID_HEX_DIGITS);
    }

    public String name() {
        return COLLECTION + "/" + id;
    }
}
