package revontuli.trainer.dataset;

import java.util.List;
import java.util.Optional;
import revontuli.platform.caller.Caller;

/// All registered data sets.
public interface Datasets {
    Optional<Dataset> find(String name);

    /// Keeps it, unless the name is taken: then false, and nothing is changed.
    boolean insert(Dataset dataset);

    /// Those that the caller may see, by name, after a name.
    List<Dataset> page(Caller caller, String after, int size);
}
