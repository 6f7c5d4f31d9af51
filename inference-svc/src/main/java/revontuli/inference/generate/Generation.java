package revontuli.inference.generate;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import revontuli.inference.engine.Sampling;
import revontuli.inference.model.ServedModel;
import revontuli.platform.caller.Caller;

/// One generation: who asked what of which version, with which seed.
///
/// @param name `generations/{generation}`
public record Generation(
        String name, Caller caller, GenerationRequest request, ServedModel model, Sampling sampling, Instant begin) {

    Moderation.Subject subject() {
        return new Moderation.Subject(caller.tenant(), name);
    }

    /// Texts that end the output.
    List<String> stops(BuiltPrompt prompt) {
        return Stream.concat(request.stops().stream(), prompt.stops().stream()).toList();
    }
}
