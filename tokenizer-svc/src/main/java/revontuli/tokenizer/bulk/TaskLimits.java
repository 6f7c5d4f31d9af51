package revontuli.tokenizer.bulk;

import java.time.Duration;
import revontuli.platform.shard.DocumentFile;

/// How much a task may hold, and how long.
///
/// @param documents the most lines, and the most UTF-8 bytes of one text
/// @param badLinesMax lines of a file that may be no documents; one more fails the task
/// @param attemptsMax tries of a task that fails for no known reason
/// @param ttl how long a worker may give no sign of life
/// @param progressEvery time between two events of progress
/// @param retryDelay wait before a failed try is taken up again
public record TaskLimits(
        DocumentFile.Limits documents,
        int badLinesMax,
        int attemptsMax,
        Duration ttl,
        Duration progressEvery,
        Duration retryDelay) {}
