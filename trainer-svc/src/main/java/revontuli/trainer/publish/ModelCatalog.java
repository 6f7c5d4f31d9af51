package revontuli.trainer.publish;

import java.util.List;
import java.util.Map;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;

/// Finds versions for a caller.
public final class ModelCatalog {
    private final Models models;

    public ModelCatalog(Models models) {
        this.models = models;
    }

    public ModelVersion get(Caller caller, String name) {
        return models.find(name).filter(version -> version.visibleTo(caller)).orElseThrow(() -> noSuch(name));
    }

    public List<ModelVersion> page(Caller caller, String after, int size) {
        return models.page(caller, after, size);
    }

    public static FaultException noSuch(String name) {
        return new Fault.NotFound("NO_SUCH_MODEL", name + " does not exist", Map.of("model", name)).toException();
    }

    static FaultException wrongState(ModelVersion version, String needed) {
        return new Fault.Conflict(
                        "WRONG_STATE",
                        version.name() + " is " + version.state() + "; it must be " + needed,
                        Map.of("model", version.name(), "state", version.state().name(), "needed", needed))
                .toException();
    }
}
