package revontuli.causallm;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Brings a checkpoint into memory in the first form that keeps its promises on this machine, and gives out nothing
/// before the digests of what was read matched.
final class ModelLoading {
    private final Checkpoint checkpoint;
    private final ModelConfig config;
    private final Device device;
    private final int threads;
    private final int maxSequences;
    private final int maxPositions;
    private final PackedForms forms;
    private @Nullable PendingDigests digests;

    ModelLoading(
            Checkpoint checkpoint, Device device, int threads, int maxSequences, int maxPositions, PackedForms forms) {
        this.checkpoint = checkpoint;
        this.config = checkpoint.config();
        this.device = device;
        this.threads = threads;
        this.maxSequences = maxSequences;
        this.maxPositions = maxPositions;
        this.forms = forms;
    }

    /// The model in this form, or in the next simpler one whose rows are independent here.
    LanguageModel load(Compute wanted) throws CheckpointRejected {
        Optional<Compute> form = Optional.of(wanted);
        while (form.isPresent()) {
            Compute compute = form.get();
            Optional<LanguageModel> model = compute.fits(config, device) ? inForm(compute) : Optional.empty();
            if (model.isPresent()) {
                return model.get();
            }
            form = compute.simpler();
        }
        throw new IllegalStateException(
                "on this " + device.text() + " the logits of a row depend on its neighbours, in f32 too");
    }

    /// Empty where rows are not independent in this form.
    private Optional<LanguageModel> inForm(Compute compute) throws CheckpointRejected {
        if (!PackedFile.holds(compute)) {
            return tested(read(compute, torch -> weights(torch, compute)));
        }
        Optional<PackedForms.Kept> kept = forms.find(compute);
        if (kept.isPresent()) {
            try {
                return tested(readKept(compute, kept.get()));
            } catch (CheckpointRejected | UncheckedIOException unusable) {
                forms.drop(compute, unusable);
            }
        }
        return readAndKeep(compute);
    }

    private LanguageModel readKept(Compute compute, PackedForms.Kept kept) throws CheckpointRejected {
        PendingDigests digest = PendingDigests.start(
                Map.of(kept.file().toString(), new PendingDigests.Expected(kept.file(), kept.sha256())));
        return proven(
                digest,
                compute,
                torch -> PackedWeights.load(torch, config, PackedFile.open(torch, kept, config, compute)));
    }

    private Optional<LanguageModel> readAndKeep(Compute compute) throws CheckpointRejected {
        Optional<Path> place = forms.place(compute, PackedCopy.bytes(config, compute));
        if (place.isEmpty()) {
            return tested(read(compute, torch -> weights(torch, compute)));
        }
        try (PackedCopy copy = new PackedCopy(config, compute, place.get())) {
            Optional<LanguageModel> model = tested(read(compute, torch -> {
                checkpoint.demandTiedHead();
                return PackedWeights.load(torch, config, copy.of(torch, new RoundedCheckpoint(torch, checkpoint)));
            }));
            if (model.isPresent()) {
                copy.finish().ifPresent(written -> forms.keep(compute, written));
            }
            return model;
        }
    }

    private WeightList weights(Torch torch, Compute compute) throws CheckpointRejected {
        checkpoint.demandTiedHead();
        if (compute != Compute.F32) {
            return PackedWeights.load(torch, config, new RoundedCheckpoint(torch, checkpoint));
        }
        Weights weights = Weights.zeros(torch, WeightLayout.of(config));
        weights.load(checkpoint);
        return weights;
    }

    /// Fills the memory of an engine with weights.
    @FunctionalInterface
    private interface Reading {
        WeightList into(Torch torch) throws CheckpointRejected;
    }

    /// Reads the checkpoint, while what was not hashed yet is hashed.
    private LanguageModel read(Compute compute, Reading reading) throws CheckpointRejected {
        PendingDigests begun = digests;
        if (begun == null) {
            begun = checkpoint.prove();
            digests = begun;
        }
        return proven(begun, compute, reading);
    }

    private LanguageModel proven(PendingDigests digest, Compute compute, Reading reading) throws CheckpointRejected {
        LanguageModel model;
        try {
            model = model(compute, reading);
        } catch (CheckpointRejected rejected) {
            digest.demand(); // whatever is wrong with other bytes than those meant
            throw rejected;
        }
        boolean proven = false;
        try {
            digest.demand();
            proven = true;
            return model;
        } finally {
            if (!proven) {
                model.close();
            }
        }
    }

    private LanguageModel model(Compute compute, Reading reading) throws CheckpointRejected {
        Torch torch = Torch.load(config, compute, device, threads);
        boolean ready = false;
        try {
            LanguageModel model =
                    new LanguageModel(config, torch, reading.into(torch), compute, device, maxSequences, maxPositions);
            ready = true;
            return model;
        } finally {
            if (!ready) {
                torch.close();
            }
        }
    }

    private static Optional<LanguageModel> tested(LanguageModel model) {
        boolean independent = false;
        try {
            independent = SelfTest.rowsAreIndependent(model);
            return independent ? Optional.of(model) : Optional.empty();
        } finally {
            if (!independent) {
                model.close();
            }
        }
    }
}
