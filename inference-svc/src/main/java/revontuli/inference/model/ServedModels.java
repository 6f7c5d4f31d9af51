package revontuli.inference.model;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;

/// The versions in memory, and what a name means now. Readers see one consistent picture; a switch to a newer version
/// is one assignment.
public final class ServedModels {
    private static final int ATTEMPTS_MAX = 100;

    private volatile Picture picture = new Picture(Map.of(), Set.of(), Set.of());

    private record Picture(Map<VersionName, ServedModel> loaded, Set<VersionName> admitted, Set<VersionName> revoked) {
        Picture {
            loaded = Map.copyOf(loaded);
            admitted = Set.copyOf(admitted);
            revoked = Set.copyOf(revoked);
        }
    }

    /// Use of a version, to be given back in any case.
    public static final class Lease implements AutoCloseable {
        private final ServedModel model;

        private Lease(ServedModel model) {
            this.model = model;
        }

        public ServedModel model() {
            return model;
        }

        @Override
        public void close() {
            model.endLease();
        }
    }

    /// A lease on what the target means in this lane now; else a fault that says why there is none.
    public Lease lease(ModelTarget target, Lane lane) {
        for (int attempt = 1; ; attempt++) {
            Picture now = picture;
            ServedModel model = find(now, target, lane).orElseThrow(() -> missing(now, target));
            if (model.tryLease()) {
                return new Lease(model);
            }
            if (attempt == ATTEMPTS_MAX) { // it is retired just now; the next picture shows what takes its place
                throw notLoaded(model.name().toString());
            }
            Thread.onSpinWait();
        }
    }

    /// By name, newest version last.
    public List<ServedModel> list() {
        return List.copyOf(new TreeMap<>(picture.loaded()).values());
    }

    /// True for the version that `models/{model}` means now.
    public boolean isCurrent(ServedModel model) {
        return find(picture, new ModelTarget.Newest(model.name().model()), Lane.SERVE)
                .filter(found -> found == model)
                .isPresent();
    }

    Optional<ServedModel> loaded(VersionName name) {
        return Optional.ofNullable(picture.loaded().get(name));
    }

    /// What the tables say; a revoked version is not found from here on.
    synchronized void know(Set<VersionName> admitted, Set<VersionName> revoked) {
        picture = new Picture(picture.loaded(), admitted, revoked);
    }

    /// Puts a version in; what stood under its name before is retired and given back.
    synchronized Optional<ServedModel> put(ServedModel model) {
        Map<VersionName, ServedModel> loaded = new HashMap<>(picture.loaded());
        Optional<ServedModel> before = Optional.ofNullable(loaded.put(model.name(), model));
        picture = new Picture(loaded, picture.admitted(), picture.revoked());
        before.ifPresent(ServedModel::retire);
        return before;
    }

    /// Takes a version out; running generations keep their lease.
    synchronized void remove(ServedModel model) {
        Map<VersionName, ServedModel> loaded = new HashMap<>(picture.loaded());
        loaded.remove(model.name(), model);
        picture = new Picture(loaded, picture.admitted(), picture.revoked());
        model.retire();
    }

    private static Optional<ServedModel> find(Picture now, ModelTarget target, Lane lane) {
        Optional<ServedModel> found =
                switch (target) {
                    case ModelTarget.Newest(var model) ->
                        now.loaded().values().stream()
                                .filter(loaded -> loaded.name().model().equals(model))
                                .filter(loaded -> serves(loaded, lane))
                                .filter(loaded -> !now.revoked().contains(loaded.name()))
                                .max(Comparator.comparing(ServedModel::name));
                    case ModelTarget.Exactly(var version) ->
                        Optional.ofNullable(now.loaded().get(version))
                                .filter(loaded -> !now.revoked().contains(version));
                };
        found.filter(loaded -> !serves(loaded, lane)).ifPresent(loaded -> {
            throw notPromoted(loaded.name());
        });
        return found;
    }

    private static boolean serves(ServedModel loaded, Lane lane) {
        return lane == Lane.EVALUATE || loaded.identity().lane() == Lane.SERVE;
    }

    private static FaultException missing(Picture now, ModelTarget target) {
        Set<VersionName> admitted = now.admitted();
        return switch (target) {
            case ModelTarget.Newest(var model) -> {
                if (admitted.stream().anyMatch(name -> name.model().equals(model))) {
                    yield notLoaded("models/" + model);
                }
                yield now.revoked().stream().anyMatch(name -> name.model().equals(model))
                        ? revoked("models/" + model)
                        : noSuchModel("models/" + model);
            }
            case ModelTarget.Exactly(var name) -> {
                if (now.revoked().contains(name)) {
                    yield revoked(name.toString());
                }
                if (admitted.contains(name)) {
                    yield notLoaded(name.toString());
                }
                boolean modelIsKnown =
                        admitted.stream().anyMatch(known -> known.model().equals(name.model()));
                yield modelIsKnown ? notPromoted(name) : noSuchModel(name.toString());
            }
        };
    }

    private static FaultException noSuchModel(String name) {
        return new Fault.NotFound("NO_SUCH_MODEL", name + " is not known here: see ListModels", Map.of("model", name))
                .toException();
    }

    private static FaultException notPromoted(VersionName name) {
        return new Fault.Conflict(
                        "MODEL_NOT_PROMOTED",
                        name + " is not promoted: it is served only after its approval",
                        Map.of("model", name.toString()))
                .toException();
    }

    private static FaultException revoked(String name) {
        return new Fault.Conflict(
                        "MODEL_REVOKED", name + " was revoked and is not served any more", Map.of("model", name))
                .toException();
    }

    private static FaultException notLoaded(String name) {
        return new Fault.Unavailable(
                        "MODEL_NOT_LOADED",
                        name + " is not loaded on this instance now; try again",
                        Map.of("model", name))
                .toException();
    }
}
