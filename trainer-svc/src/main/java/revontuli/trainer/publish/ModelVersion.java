package revontuli.trainer.publish;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.platform.caller.Caller;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementSignature;

/// One version of a model, with the statement that stands for it and the signatures so far.
///
/// @param name `models/{model}/versions/{version}`
/// @param origin whose it is, and the job that made it
/// @param bundle statement with signatures in the artifact store, once the version may be served
public record ModelVersion(
        String name,
        Origin origin,
        State state,
        Manifest manifest,
        Statement statement,
        List<StatementSignature> signatures,
        Optional<Digest> bundle,
        Instant createTime) {

    /// Where it comes from.
    ///
    /// @param job `jobs/{job}`, or empty for an import
    public record Origin(String tenant, String job, List<Judgement> judgements) {
        public Origin {
            judgements = List.copyOf(judgements);
        }
    }

    /// Where a version stands.
    public enum State {
        CANDIDATE,
        PROMOTED,
        IMPORTED,
        REVOKED;

        /// Whether it may be served and trained on.
        public boolean usable() {
            return this == PROMOTED || this == IMPORTED;
        }
    }

    public ModelVersion {
        signatures = List.copyOf(signatures);
    }

    public String model() {
        return name.substring(0, name.indexOf("/versions/"));
    }

    public int number() {
        return Integer.parseInt(name.substring(name.lastIndexOf('/') + 1));
    }

    public Digest digest() {
        return manifest.digest();
    }

    public Digest tokenizer() {
        return manifest.file(Manifest.TOKENIZER).orElseThrow();
    }

    /// What the suite itself brought in is everybody's.
    public boolean visibleTo(Caller caller) {
        return caller.sees(origin.tenant()) || origin.tenant().equals(Caller.SYSTEM_TENANT);
    }

    /// What may be acted on: one's own, and the suite's.
    public boolean usableBy(Caller caller) {
        return caller.tenant().equals(origin.tenant()) || origin.tenant().equals(Caller.SYSTEM_TENANT);
    }

    ModelVersion in(State next) {
        return new ModelVersion(name, origin, next, manifest, statement, signatures, bundle, createTime);
    }

    ModelVersion bundled(Digest digest) {
        return new ModelVersion(name, origin, state, manifest, statement, signatures, Optional.of(digest), createTime);
    }
}
