package revontuli.inference.model;

import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Caller;
import revontuli.platform.event.Admission;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;

/// Loads what is not promoted, for evaluators, where the instance has an evaluate lane. Nothing loaded here is ever
/// served.
public final class Candidates {
    private static final int PURPOSE_CHARS_MAX = 200;
    private static final long LOAD_SECONDS_MAX = 120;

    private final boolean lane;
    private final LoaderLoop loop;
    private final ModelLoader loader;
    private final ServedModels models;
    private final ArtifactStore artifacts;
    private final Admission room;
    private final LoadRecords records;
    private final InstantSource clock;

    /// What candidates are found and written down with.
    public record Tools(
            ArtifactStore artifacts, Admission room, UnitOfWork unit, Audit audit, InstantSource clock, Caller self) {}

    /// Candidates of this instance.
    ///
    /// @param lane whether this instance has an evaluate lane
    public Candidates(boolean lane, LoaderLoop loop, ModelLoader loader, ServedModels models, Tools tools) {
        this.lane = lane;
        this.loop = loop;
        this.loader = loader;
        this.models = models;
        this.artifacts = tools.artifacts();
        this.room = tools.room();
        this.clock = tools.clock();
        this.records = new LoadRecords(tools.unit(), tools.audit(), tools.clock(), tools.self());
    }

    /// A fault NO_EVALUATE_LANE where the instance has none.
    public void requireLane() {
        if (!lane) {
            throw new Fault.Unimplemented(
                            "NO_EVALUATE_LANE",
                            "this instance has no evaluate lane: set revontuli.inference.evaluate-lane=true on one that evaluates",
                            Map.of())
                    .toException();
        }
    }

    /// Loads the version with this manifest; gives back what is there when it is loaded already.
    public ServedModel load(Caller evaluator, VersionName name, String digest, String purpose) {
        requireLane();
        room.requireRoom();
        ServedIdentity identity = identity(name, digest, purpose);
        ServedModel there = models.loaded(name).orElse(null);
        if (there != null) {
            if (there.identity().digest("model").equals(identity.digest("model"))) {
                return there;
            }
            if (there.identity().origin() != Origin.CANDIDATE) {
                throw new Fault.Conflict(
                                "VERSION_TAKEN",
                                name + " is served with another digest: give the candidate another version",
                                Map.of("model", name.toString()))
                        .toException();
            }
        }
        return await(loop.submit(() -> loadHere(identity, evaluator)));
    }

    private ServedModel loadHere(ServedIdentity identity, Caller evaluator) {
        try {
            return loader.loadCandidate(identity, evaluator);
        } catch (LoadRejected rejected) {
            records.candidateLoadFailed(identity, evaluator, rejected.reason(), String.valueOf(rejected.getMessage()));
            throw new Fault.Conflict(
                            "CHECKPOINT_REJECTED",
                            identity.name() + " cannot be loaded: " + rejected.getMessage(),
                            Map.of("model", identity.name().toString(), "cause", rejected.reason()))
                    .toException();
        }
    }

    private ServedIdentity identity(VersionName name, String digest, String purpose) {
        if (purpose.isBlank()
                || purpose.length() > PURPOSE_CHARS_MAX
                || purpose.chars().anyMatch(Character::isISOControl)) {
            throw Fault.invalid(
                    "PURPOSE_MISSING", "purpose", "say why in one line of 1 to " + PURPOSE_CHARS_MAX + " characters");
        }
        try {
            Digest model = Digest.parse(digest);
            Manifest manifest = Manifest.parse(artifacts.read(model, Manifest.BYTES_MAX));
            Map<String, Digest> digests = new TreeMap<>();
            digests.put("model", model);
            digests.put(
                    "tokenizer",
                    manifest.tokenizer()
                            .orElseThrow(() -> new MalformedException("the manifest has no tokenizer.json")));
            return new ServedIdentity(name, Origin.CANDIDATE, digests, purpose, clock.instant());
        } catch (MalformedException malformed) {
            throw Fault.invalid("MALFORMED_DIGEST", "digest", String.valueOf(malformed.getMessage()));
        }
    }

    private static ServedModel await(Future<ServedModel> loading) {
        try {
            return loading.get(LOAD_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("the candidate was not loaded", failed);
        } catch (TimeoutException _) {
            throw new Fault.Unavailable("STILL_LOADING", "the candidate is still being loaded; ask again", Map.of())
                    .toException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
