package revontuli.cli.client;

import io.grpc.Channel;
import java.time.Duration;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.ListModelsRequest;
import revontuli.cli.CliException;
import revontuli.embedded.Waiting;

/// Waits for inference-svc to load or unload a version.
public final class AwaitedModel {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(20);

    private AwaitedModel() {}

    /// Returns when the version is loaded.
    ///
    /// @param inference channel to inference-svc
    public static void loaded(Channel inference, String version) {
        await(inference, version, true);
    }

    /// Returns when the version is not loaded any more.
    ///
    /// @param inference channel to inference-svc
    public static void unloaded(Channel inference, String version) {
        await(inference, version, false);
    }

    private static void await(Channel inference, String version, boolean there) {
        if (!Waiting.until(LIMIT, POLL, () -> isLoaded(inference, version) == there)) {
            throw CliException.refused("inference-svc has not " + (there ? "loaded " : "unloaded ") + version
                    + " within " + LIMIT.toSeconds() + " s");
        }
    }

    private static boolean isLoaded(Channel inference, String version) {
        return InferenceServiceGrpc.newBlockingStub(inference)
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList()
                .stream()
                .anyMatch(model -> model.getName().equals(version));
    }
}
