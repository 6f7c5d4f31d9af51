package revontuli.tokenizer.bulk;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import revontuli.platform.shard.ShardHeader;

/// The tasks of all instances. Every change is one statement that also checks what it rests on, inside the caller's
/// unit of work; what was committed is there after a crash.
public interface Tasks {
    Optional<Task> find(String id);

    /// At most `limit` tasks of a tenant with ids after `after`, by id.
    List<Task> list(String tenant, String after, int limit);

    /// Adds it, or begins it anew if it has failed; false when it stands otherwise.
    boolean submit(Task task);

    /// Makes a submitted one wait for a worker, or adds it so; false when that happened before.
    boolean queue(Task task);

    /// Takes the one that has waited longest, or whose worker gave no sign of life, for so long.
    Optional<Task> claim(Duration ttl);

    /// Prolongs a claim and notes how far it is; false when the claim is lost.
    boolean hold(Task task, ShardHeader.Counts counts, Duration ttl);

    /// Gives a claim back: to be taken again after the delay.
    ///
    /// @param blame false when the try is not to count
    void giveBack(Task task, Duration delay, boolean blame);

    /// Ends it; false when the claim is lost.
    boolean end(Task task, Task.State state, ShardHeader.Counts counts, Task.Outcome outcome);
}
