package revontuli.inference.model;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import revontuli.inference.admit.BatchMeter;
import revontuli.inference.admit.Batcher;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.json.MalformedException;

/// Brings memory into line with the table of admitted versions: loads the newest, drops what was revoked or overtaken.
///
/// One thread calls it. A version is visible only after its files were hashed, its weights are in, and the record
/// `model.loaded` is committed. A version that cannot be loaded is tried once a run: its bytes never change.
public final class ModelLoader {
    private static final Logger LOG = Logger.getLogger(ModelLoader.class);
    private static final int KNOWN_MAX = 10_000;
    private static final int ATTEMPTS_MAX = 3;

    private final AdmittedVersions versions;
    private final ArtifactStore artifacts;
    private final ModelOpener opener;
    private final ServedModels models;
    private final ModelLimits limits;
    private final BatchMeter meter;
    private final LoadRecords records;
    private final InstantSource clock;
    private final BiConsumer<VersionName, String> stopped;
    private final Map<VersionName, Integer> failures = new HashMap<>();
    private final List<ServedModel> retired = new ArrayList<>();

    /// What the loader stands on.
    public record Tools(
            AdmittedVersions versions,
            ArtifactStore artifacts,
            ModelOpener opener,
            UnitOfWork unit,
            Audit audit,
            InstantSource clock,
            Caller self) {}

    /// A loader that has loaded nothing yet.
    ///
    /// @param stopped told of every version that may not be used any more, with the reason: ends what runs on it
    public ModelLoader(
            Tools tools,
            ServedModels models,
            ModelLimits limits,
            BatchMeter meter,
            BiConsumer<VersionName, String> stopped) {
        this.versions = tools.versions();
        this.artifacts = tools.artifacts();
        this.opener = tools.opener();
        this.clock = tools.clock();
        this.records = new LoadRecords(tools.unit(), tools.audit(), tools.clock(), tools.self());
        this.models = models;
        this.limits = limits;
        this.meter = meter;
        this.stopped = stopped;
    }

    /// What the tables say at one time.
    private record Table(List<AdmittedVersion> servable, Set<VersionName> revoked) {}

    /// Reads what may be served, so that names mean something before anything is loaded.
    public void look() {
        read();
    }

    /// Revocations are read last and count against the versions read before: a version revoked in between is out.
    private Table read() {
        List<AdmittedVersion> found = versions.servable(KNOWN_MAX);
        Set<VersionName> revoked = versions.revoked(KNOWN_MAX);
        List<AdmittedVersion> servable = found.stream()
                .filter(version -> !revoked.contains(version.name()))
                .toList();
        models.know(names(servable), revoked);
        return new Table(servable, revoked);
    }

    private static Set<VersionName> names(List<AdmittedVersion> servable) {
        Set<VersionName> names = new HashSet<>();
        servable.forEach(version -> names.add(version.name()));
        return names;
    }

    /// One round. Returns when everything that can be loaded is.
    public void reconcile() {
        Table table = read();
        Set<VersionName> names = names(table.servable());
        for (ServedModel model : models.list()) {
            boolean candidate = model.identity().origin() == Origin.CANDIDATE;
            if (table.revoked().contains(model.name()) || (!candidate && !names.contains(model.name()))) {
                drop(model, "revoked");
                stopped.accept(model.name(), "MODEL_REVOKED");
            }
        }
        Map<VersionName, AdmittedVersion> wanted = wanted(table.servable());
        wanted.values().forEach(this::loadIfMissing);
        for (ServedModel model : models.list()) {
            if (model.identity().origin() != Origin.CANDIDATE && !wanted.containsKey(model.name())) {
                drop(model, "overtaken");
            }
        }
        closeUnused();
    }

    /// Loads a candidate; the oldest one goes when there are too many.
    ServedModel loadCandidate(ServedIdentity identity, Caller evaluator) throws LoadRejected {
        ServedModel model = open(identity);
        records.candidateLoaded(model, evaluator);
        models.put(model).ifPresent(retired::add);
        List<ServedModel> candidates = new ArrayList<>(models.list().stream()
                .filter(loaded -> loaded.identity().origin() == Origin.CANDIDATE)
                .toList());
        candidates.sort(
                Comparator.comparing((ServedModel loaded) -> loaded.identity().loadTime()));
        for (int i = 0; i < candidates.size() - limits.candidatesMax(); i++) {
            drop(candidates.get(i), "overtaken");
        }
        return model;
    }

    /// Ends everything: what still runs fails as unloaded.
    public void closeAll() {
        for (ServedModel model : models.list()) {
            models.remove(model);
            model.close();
        }
        retired.forEach(ServedModel::close);
        retired.clear();
    }

    /// The newest version of every model comes first, newest admissions before others.
    private Map<VersionName, AdmittedVersion> wanted(List<AdmittedVersion> servable) {
        Map<String, AdmittedVersion> newest = new LinkedHashMap<>();
        for (AdmittedVersion version : servable) {
            newest.merge(version.name().model(), version, (a, b) -> a.name().compareTo(b.name()) >= 0 ? a : b);
        }
        Set<AdmittedVersion> order = new LinkedHashSet<>(newest.values());
        order.addAll(servable);
        Map<VersionName, AdmittedVersion> wanted = new LinkedHashMap<>();
        for (AdmittedVersion version : order) {
            boolean hopeless = failures.getOrDefault(version.name(), 0) >= ATTEMPTS_MAX;
            if (wanted.size() < limits.loadedMax() && !hopeless) {
                wanted.put(version.name(), version);
            }
        }
        return wanted;
    }

    private void loadIfMissing(AdmittedVersion version) {
        Optional<ServedModel> loaded = models.loaded(version.name());
        if (loaded.isPresent() && loaded.get().identity().origin() != Origin.CANDIDATE) {
            return;
        }
        ServedIdentity identity = ServedIdentity.of(version, clock.instant());
        try {
            ServedModel model = open(identity);
            records.loaded(model);
            models.put(model).ifPresent(retired::add);
            LOG.infof("model loaded %s", version.name());
        } catch (LoadRejected rejected) {
            failures.put(version.name(), ATTEMPTS_MAX);
            LOG.errorf("model load failed %s %s", version.name(), rejected.getMessage());
            records.loadFailed(identity, rejected.reason(), String.valueOf(rejected.getMessage()));
        } catch (RuntimeException failure) {
            failures.merge(version.name(), 1, Integer::sum);
            LOG.errorf(failure, "model load failed %s", version.name());
            records.loadFailed(identity, "LOAD_FAILED", failure.getClass().getSimpleName());
        }
    }

    private ServedModel open(ServedIdentity identity) throws LoadRejected {
        Manifest manifest = manifest(identity);
        long inMemory = models.list().stream().mapToLong(ServedModel::bytes).sum();
        if (manifest.bytes() > limits.bytesMax() - inMemory) {
            throw new LoadRejected(
                    "TOO_LARGE",
                    "files of " + manifest.bytes() + " bytes do not fit beside " + inMemory
                            + " bytes in memory; the limit is " + limits.bytesMax(),
                    Map.of());
        }
        OpenedModel opened = opener.open(manifest);
        boolean whole = false;
        try {
            Optional<ChatTemplate> template = ChatTemplate.of(manifest, identity, artifacts, opened.codec());
            Batcher batcher = new Batcher(identity.name().toString(), opened.engine(), limits.batch(), meter);
            whole = true;
            return new ServedModel(identity, opened, template, batcher, manifest.bytes());
        } finally {
            if (!whole) {
                opened.close();
            }
        }
    }

    private Manifest manifest(ServedIdentity identity) throws LoadRejected {
        try {
            Manifest manifest = Manifest.parse(artifacts.read(identity.digest("model"), Manifest.BYTES_MAX));
            if (!manifest.tokenizer().equals(Optional.of(identity.digest("tokenizer")))) {
                throw new LoadRejected(
                        "WRONG_TOKENIZER", "tokenizer.json is not the one that was signed for", Map.of());
            }
            return manifest;
        } catch (MalformedException malformed) {
            throw new LoadRejected("MANIFEST_MALFORMED", String.valueOf(malformed.getMessage()), Map.of());
        } catch (FaultException missing) {
            throw new LoadRejected(missing.fault().reason(), missing.fault().message(), Map.of());
        }
    }

    /// Written down first: if that fails, the next round does it again. A revoked version is not found meanwhile.
    private void drop(ServedModel model, String reason) {
        records.unloaded(model.identity(), reason);
        models.remove(model);
        retired.add(model);
    }

    private void closeUnused() {
        for (Iterator<ServedModel> each = retired.iterator(); each.hasNext(); ) {
            ServedModel model = each.next();
            if (model.unused()) {
                each.remove();
                model.close();
            }
        }
    }
}
