package revontuli.trainer.publish;

import java.util.List;
import java.util.Optional;
import revontuli.platform.caller.Caller;
import revontuli.transparency.statement.StatementSignature;

/// All versions of all models.
public interface Models {
    Optional<ModelVersion> find(String name);

    /// As [#find], holding the row until the unit of work ends, so that acts on one version line up.
    Optional<ModelVersion> lock(String name);

    /// Keeps it, unless the name is taken: then false, and nothing is changed.
    boolean insert(ModelVersion version);

    /// Writes state and bundle.
    void save(ModelVersion version);

    /// Adds one person's signature, unless that person has signed: then false.
    boolean sign(String name, StatementSignature signature);

    /// Number after the highest version of a model; holds other callers for the same model until the unit ends.
    int nextNumber(String model);

    /// Those that the caller may see, by name, after a name.
    List<ModelVersion> page(Caller caller, String after, int size);
}
