package revontuli.tokenizer.bulk;

import revontuli.platform.shard.DocumentFile;

/// Tells others of tasks: sent if and only if the surrounding unit of work commits.
public interface Announcer {
    /// Puts a task before all instances.
    void submitted(Task task);

    void progressed(Task task);

    /// Done or failed.
    void ended(Task task);

    /// Buries a line that is no document.
    void buried(Task task, DocumentFile.BadLine line);
}
