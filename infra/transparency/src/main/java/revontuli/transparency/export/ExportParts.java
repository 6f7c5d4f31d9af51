package revontuli.transparency.export;

import java.util.Iterator;
import java.util.Optional;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.merkle.SignedNote;

/// What an export is made of, asked for in this order and each once, so that it may come as a stream.
public interface ExportParts {
    /// The tables, read before the leaves; empty where none are exported.
    default Optional<TakenTables> tables() {
        return Optional.empty();
    }

    /// Leaves in index order from 0.
    Iterator<byte[]> leaves();

    /// The checkpoints that the log kept on the way, one of each size, the smallest first.
    Iterator<SignedNote> kept();

    /// The checkpoint over exactly these leaves.
    SignedNote published();

    VerifyingKey logKey();
}
