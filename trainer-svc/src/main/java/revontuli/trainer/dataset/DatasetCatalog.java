package revontuli.trainer.dataset;

import java.util.List;
import java.util.Map;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.shard.DocumentFile;
import revontuli.trainer.record.Acts;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;

/// Registers data sets and finds them. A registration checks every line of the uploaded file before it counts.
public final class DatasetCatalog {
    private final Datasets datasets;
    private final ArtifactStore artifacts;
    private final Acts acts;
    private final DocumentFile.Limits limits;

    public DatasetCatalog(Datasets datasets, ArtifactStore artifacts, Acts acts, DocumentFile.Limits limits) {
        this.datasets = datasets;
        this.artifacts = artifacts;
        this.acts = acts;
        this.limits = limits;
    }

    /// The same name with the same facts answers the data set that stands.
    public Dataset register(Caller caller, String name, Digest digest, Dataset.Description about, String request) {
        acts.admission().requireRoom();
        Dataset wanted = new Dataset(name, caller.tenant(), digest, about, 0, 0, acts.now());
        return datasets.find(name)
                .map(standing -> standingOrTaken(standing, wanted))
                .orElseGet(() -> insert(caller, wanted, request));
    }

    public Dataset get(Caller caller, String name) {
        return datasets.find(name).filter(dataset -> dataset.visibleTo(caller)).orElseThrow(() -> noSuch(name));
    }

    public List<Dataset> page(Caller caller, String after, int size) {
        return datasets.page(caller, after, size);
    }

    public static FaultException noSuch(String name) {
        return new Fault.NotFound(
                        "NO_SUCH_DATASET", name + " does not exist: register it first", Map.of("dataset", name))
                .toException();
    }

    private Dataset insert(Caller caller, Dataset wanted, String request) {
        DocumentFile.Counts counts = new DocumentFile(artifacts.path(wanted.digest()), limits).check();
        Dataset whole = new Dataset(
                wanted.name(),
                wanted.tenant(),
                wanted.digest(),
                wanted.about(),
                counts.documents(),
                counts.textBytes(),
                wanted.createTime());
        boolean mine = acts.unit().run(() -> {
            boolean inserted = datasets.insert(whole);
            if (inserted) {
                acts.audit().append(record(caller, whole, request));
            }
            return inserted;
        });
        return mine ? whole : standingOrTaken(datasets.find(whole.name()).orElseThrow(), whole);
    }

    private static AuditEntry record(Caller caller, Dataset dataset, String request) {
        return AuditEntry.of(caller, "dataset.registered", dataset.name(), dataset.createTime())
                .digest("dataset", dataset.digest())
                .fact("language", dataset.about().language())
                .fact("license", dataset.about().license())
                .fact("origin", dataset.about().origin())
                .fact("document_count", Json.number(dataset.documents()))
                .fact("text_byte_count", Json.number(dataset.textBytes()))
                .request(request);
    }

    private static Dataset standingOrTaken(Dataset standing, Dataset wanted) {
        if (standing.sameFacts(wanted)) {
            return standing;
        }
        throw new Fault.AlreadyExists(
                        "DATASET_EXISTS",
                        wanted.name() + " is taken, with other bytes or another description: choose another name",
                        Map.of("dataset", wanted.name()))
                .toException();
    }
}
