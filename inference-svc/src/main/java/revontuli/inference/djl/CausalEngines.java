package revontuli.inference.djl;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.CheckpointRejected;
import revontuli.causallm.Compute;
import revontuli.causallm.Device;
import revontuli.causallm.LanguageModel;
import revontuli.causallm.PackedForms;
import revontuli.causallm.StepThreads;
import revontuli.inference.InferenceConfig;
import revontuli.inference.model.KeptForms;
import revontuli.inference.model.LoadRejected;
import revontuli.inference.model.Manifest;
import revontuli.inference.model.ModelOpener;
import revontuli.inference.model.OpenedModel;
import revontuli.inference.model.TextCodec;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.fault.FaultException;
import revontuli.transparency.crypto.Digest;

/// Opens checkpoints of the causal-lm room with the tokenizer that lies beside them, straight from the store.
@ApplicationScoped
class CausalEngines implements ModelOpener {
    private static final String AUTOMATIC = "auto";
    private static final String TOKENIZER = "tokenizer.json";
    private static final long TOKENIZER_BYTES_MAX = 64L << 20;

    private final ArtifactStore artifacts;
    private final InferenceConfig.Engine config;
    private final Optional<PackedFolder> packed;

    @Inject
    CausalEngines(ArtifactStore artifacts, InferenceConfig config, KeptForms kept, InstantSource clock) {
        this(artifacts, config.engine(), kept, clock);
    }

    CausalEngines(ArtifactStore artifacts, InferenceConfig.Engine config, KeptForms kept, InstantSource clock) {
        this.artifacts = artifacts;
        this.config = config;
        this.packed = config.packed()
                .directory()
                .map(folder ->
                        new PackedFolder(folder, config.packed().bytesMax().asLongValue(), kept, clock));
    }

    @Override
    public OpenedModel open(Manifest manifest) throws LoadRejected {
        Device device = device();
        TextCodec codec = codec(manifest);
        try {
            Checkpoint checkpoint = checkpoint(manifest);
            DraftModel draft = draft(manifest, checkpoint, device);
            Optional<PackedFolder.Shelf> shelf = packed.map(folder -> folder.of(manifest.digest()));
            CausalEngine engine = engine(checkpoint, device, shelf.isPresent() ? shelf.get() : PackedForms.NONE, draft);
            return new OpenedModel(engine, codec, shelf.flatMap(own -> own.used(engine.compute())));
        } catch (CheckpointRejected rejected) {
            codec.close();
            throw new LoadRejected(rejected.reason().name(), String.valueOf(rejected.getMessage()), rejected.details());
        } catch (LoadRejected | RuntimeException failure) {
            codec.close();
            throw failure;
        }
    }

    private CausalEngine engine(Checkpoint checkpoint, Device device, PackedForms forms, @Nullable DraftModel draft)
            throws CheckpointRejected {
        boolean opened = false;
        try {
            Compute compute = compute(checkpoint.config().parameters(), device);
            LanguageModel model = model(checkpoint, device, compute, forms);
            opened = true;
            return new CausalEngine(model, checkpoint, config.positionsMax(), config.speculation(), draft);
        } finally {
            if (!opened && draft != null) {
                draft.close();
            }
        }
    }

    /// The model that guesses, where one is set, for a model with its tokenizer.
    private @Nullable DraftModel draft(Manifest manifest, Checkpoint large, Device device)
            throws LoadRejected, CheckpointRejected {
        if (config.draft().isEmpty() || !config.speculation()) {
            return null;
        }
        Manifest small = draftManifest(config.draft().get());
        if (small.digest().equals(manifest.digest()) || !small.tokenizer().equals(manifest.tokenizer())) {
            return null;
        }
        Checkpoint checkpoint = checkpoint(small);
        int vocabulary = checkpoint.config().vocabularySize();
        if (vocabulary != large.config().vocabularySize()) {
            throw new LoadRejected(
                    "DRAFT_VOCABULARY_DIFFERS",
                    "revontuli.inference.engine.draft knows " + vocabulary + " ids, the model "
                            + large.config().vocabularySize(),
                    Map.of("draft", small.digest().toString()));
        }
        Compute form = Compute.automatic(checkpoint.config().parameters(), device);
        return new DraftModel(model(checkpoint, device, form, PackedForms.NONE));
    }

    private Manifest draftManifest(String digest) throws LoadRejected {
        try {
            return Manifest.parse(artifacts.read(Digest.parse(digest), Manifest.BYTES_MAX));
        } catch (FaultException | IllegalArgumentException unusable) {
            throw new LoadRejected(
                    "DRAFT_NOT_FOUND",
                    "revontuli.inference.engine.draft must be the digest of a model's manifest in the artifact store: "
                            + unusable.getMessage(),
                    Map.of("draft", digest));
        }
    }

    private Checkpoint checkpoint(Manifest manifest) throws LoadRejected, CheckpointRejected {
        Map<String, Path> paths = new TreeMap<>();
        Map<String, String> digests = new TreeMap<>();
        for (Manifest.File file : manifest.files()) {
            paths.put(file.path(), path(file));
            digests.put(file.path(), file.digest().hex());
        }
        return Checkpoint.openUnproven(paths, digests);
    }

    private LanguageModel model(Checkpoint checkpoint, Device device, Compute compute, PackedForms forms)
            throws CheckpointRejected {
        int longest = checkpoint.trainedPositions().orElse(checkpoint.config().positionsMax());
        int positions = Math.min(config.positionsMax(), longest);
        int threads = config.threads()
                .orElse(StepThreads.automatic(
                        checkpoint.config().parameters(), Runtime.getRuntime().availableProcessors()));
        return LanguageModel.open(checkpoint, config.slots(), positions, threads, compute, device, forms);
    }

    private Device device() throws LoadRejected {
        if (config.device().equals(AUTOMATIC)) {
            return Device.automatic();
        }
        Device device = Device.named(config.device())
                .orElseThrow(() -> new IllegalStateException(
                        "revontuli.inference.engine.device must be auto, cpu or cuda: " + config.device()));
        if (!device.present()) {
            throw new LoadRejected(
                    "DEVICE_MISSING",
                    "revontuli.inference.engine.device is " + config.device() + " and libtorch sees none; set auto or"
                            + " cpu, or give it a libtorch built for CUDA",
                    Map.of("device", config.device()));
        }
        return device;
    }

    private Compute compute(long parameters, Device device) {
        if (config.precision().equals(AUTOMATIC)) {
            return Compute.automatic(parameters, device);
        }
        return Compute.named(config.precision())
                .orElseThrow(() -> new IllegalStateException(
                        "revontuli.inference.engine.precision must be auto, f32, bf16, int8 or int4: "
                                + config.precision()));
    }

    private Path path(Manifest.File file) throws LoadRejected {
        try {
            return artifacts.path(file.digest());
        } catch (FaultException missing) {
            throw new LoadRejected(
                    "FILE_MISSING", file.path() + ": " + missing.fault().message(), Map.of());
        }
    }

    private TextCodec codec(Manifest manifest) throws LoadRejected {
        Digest digest = manifest.tokenizer()
                .orElseThrow(() -> new LoadRejected("FILE_MISSING", TOKENIZER + " is not in the manifest", Map.of()));
        try {
            Path path = artifacts.path(digest);
            if (Files.size(path) > TOKENIZER_BYTES_MAX) {
                throw new LoadRejected("TOKENIZER_TOO_LARGE", TOKENIZER + " is larger than 64 MiB", Map.of());
            }
            byte[] bytes = Files.readAllBytes(path);
            if (!Digest.of(bytes).equals(digest)) {
                throw new LoadRejected("FILE_DIGEST_MISMATCH", TOKENIZER + " is not what the manifest says", Map.of());
            }
            return BpeTextCodec.open(bytes);
        } catch (FaultException missing) {
            throw new LoadRejected(
                    "FILE_MISSING", TOKENIZER + ": " + missing.fault().message(), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
