package revontuli.safety;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import revontuli.platform.PlatformConfig;
import revontuli.platform.caller.Caller;
import revontuli.safety.ledger.LogKeyChange;
import revontuli.safety.ledger.SequencerLoop;
import revontuli.safety.ledger.SourceKeys;
import revontuli.safety.moderate.PolicyShelf;
import revontuli.safety.policy.PolicyFile;
import revontuli.safety.privacy.RetentionLoop;
import revontuli.transparency.crypto.SigningKey;

/// What must hold before this service serves: its keys are usable, its own records will be let in, a policy is in
/// force.
@ApplicationScoped
class FirstThings {
    /// Before the platform opens the source and takes calls: a service that cannot serve leaves no record of a run.
    private static final int BEFORE_SERVING = 5;

    /// After it: the policy's entry is a record.
    private static final int WITH_AN_OPEN_SOURCE = 20;

    private static final int AFTER_THE_LAST_EVENT = 20;

    private final PlatformConfig platform;
    private final SafetyConfig config;
    private final SequencerLoop sequencer;
    private final PolicyShelf policies;
    private final RetentionLoop retention;
    private final LogKeyChange logKey;

    FirstThings(
            PlatformConfig platform,
            SafetyConfig config,
            SequencerLoop sequencer,
            PolicyShelf policies,
            RetentionLoop retention,
            LogKeyChange logKey) {
        this.retention = retention;
        this.logKey = logKey;
        this.platform = platform;
        this.config = config;
        this.sequencer = sequencer;
        this.policies = policies;
    }

    void checkKeys(@Observes @Priority(BEFORE_SERVING) StartupEvent event) throws IOException {
        SigningKey own = SigningKey.readPem(platform.audit().signingKeyFile());
        if (!SourceKeys.read(config.ledger().sourceKeysFile()).trusts(platform.service(), own.verifyingKey())) {
            throw new IllegalStateException("revontuli.safety.ledger.source-keys-file: this service's own key ("
                    + own.kid() + ", revontuli.platform.audit.signing-key-file) is not in it under "
                    + platform.service() + "; add it");
        }
    }

    void openPolicies(@Observes @Priority(WITH_AN_OPEN_SOURCE) StartupEvent event) {
        logKey.open(Caller.service(platform.service()));
        policies.open(Caller.service(platform.service()), PolicyFile.shippedBytes());
    }

    void sequence(@Observes @Priority(WITH_AN_OPEN_SOURCE) StartupEvent event) {
        sequencer.start();
        retention.start();
    }

    /// Before the source closes: an expiry leaves a record.
    void stopExpiring(@Observes @Priority(BEFORE_SERVING) ShutdownEvent event) throws InterruptedException {
        retention.stop(platform.drain().timeout());
    }

    /// After the platform has read the last event: what is staged by then gets its place.
    void stopSequencing(@Observes @Priority(AFTER_THE_LAST_EVENT) ShutdownEvent event) throws InterruptedException {
        sequencer.stop(platform.drain().timeout());
    }
}
