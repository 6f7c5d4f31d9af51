package revontuli.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.artifact.DirectoryArtifacts;
import revontuli.platform.caller.Principals;

/// Builds the framework-free classes of the platform.
@ApplicationScoped
class PlatformWiring {
    @Produces
    @Singleton
    Principals principals(PlatformConfig config) {
        return Principals.read(config.auth().principalsFile());
    }

    @Produces
    @Singleton
    ArtifactStore artifacts(PlatformConfig config) {
        return new DirectoryArtifacts(
                config.artifacts().directory(), config.artifacts().bytesMax().asLongValue());
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }
}
