package revontuli.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import revontuli.inference.admit.BatchLimits;
import revontuli.inference.admit.BatchMeter;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;

class CandidatesTest {
    @Test
    void instanceWithoutTheLaneSaysSo() {
        Candidates candidates = withoutLane();
        Caller evaluator = new Caller("users/evaluator", "demo", Set.of(Role.EVALUATOR));
        VersionName name = new VersionName("m", 1);

        assertThatThrownBy(() -> candidates.load(evaluator, name, "sha256:" + "0".repeat(64), "test"))
                .isInstanceOfSatisfying(FaultException.class, failure -> {
                    assertThat(failure.fault()).isInstanceOf(Fault.Unimplemented.class);
                    assertThat(failure.fault().reason()).isEqualTo("NO_EVALUATE_LANE");
                });
    }

    private static Candidates withoutLane() {
        Caller self = Caller.service("inference-svc");
        UnitOfWork unit = new UnitOfWork() {
            @Override
            public <T> T run(Supplier<T> work) {
                return work.get();
            }
        };
        ServedModels models = new ServedModels();
        ModelLoader loader = new ModelLoader(
                new ModelLoader.Tools(
                        new NoVersions(),
                        new NoArtifacts(),
                        manifest -> {
                            throw new AssertionError("nothing is opened");
                        },
                        unit,
                        entry -> {},
                        InstantSource.system(),
                        self),
                models,
                new ModelLimits(1, 1, 1, new BatchLimits(1, 1, Duration.ZERO)),
                BatchMeter.NONE,
                (name, reason) -> {});
        return new Candidates(
                false,
                new LoaderLoop(loader, Duration.ofSeconds(1)),
                loader,
                models,
                new Candidates.Tools(new NoArtifacts(), () -> {}, unit, entry -> {}, InstantSource.system(), self));
    }

    private static final class NoArtifacts implements ArtifactStore {
        @Override
        public Digest put(InputStream bytes) {
            throw new AssertionError("nothing is put in");
        }

        @Override
        public boolean has(Digest digest) {
            return false;
        }

        @Override
        public Path path(Digest digest) {
            throw new AssertionError("nothing is looked for");
        }

        @Override
        public byte[] read(Digest digest, int bytesMax) {
            throw new AssertionError("nothing is read");
        }
    }

    private static final class NoVersions implements AdmittedVersions {
        @Override
        public Optional<AdmittedVersion> find(VersionName name) {
            return Optional.empty();
        }

        @Override
        public void add(AdmittedVersion version) {}

        @Override
        public boolean revoke(Revocation revocation) {
            return false;
        }

        @Override
        public boolean isRevoked(VersionName name, Digest digest) {
            return false;
        }

        @Override
        public List<AdmittedVersion> servable(int max) {
            return List.of();
        }

        @Override
        public Set<VersionName> revoked(int max) {
            return Set.of();
        }
    }
}
