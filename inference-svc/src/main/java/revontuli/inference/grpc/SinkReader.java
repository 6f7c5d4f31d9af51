package revontuli.inference.grpc;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.List;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.inference.generate.Ending;
import revontuli.inference.generate.Reader;
import revontuli.inference.generate.ToldPrompt;
import revontuli.inference.generate.ToldToken;
import revontuli.platform.grpc.Offload;

/// The reader at the other end of a call. Made on the thread that works for the call.
final class SinkReader implements Reader {
    private final Offload.Sink<GenerateTextResponse> sink;
    private final int sample;
    private final Context call = Context.current();

    /// A reader of one of several samples; those of one call share the sink.
    SinkReader(Offload.Sink<GenerateTextResponse> sink, int sample) {
        this.sink = sink;
        this.sample = sample;
    }

    @Override
    public void prompt(ToldPrompt prompt) throws Gone {
        send(GenerateTextResponse.newBuilder().setPrompt(Prompts.prompt(prompt)));
    }

    @Override
    public void text(String released, List<ToldToken> tokens) throws Gone {
        send(GenerateTextResponse.newBuilder().setText(released).addAllTokens(Prompts.tokens(tokens)));
    }

    @Override
    public void last(Ending ending) throws Gone {
        send(Protos.last(ending).toBuilder());
    }

    @Override
    public void onGone(Runnable action) {
        call.addListener(_ -> action.run(), Runnable::run);
    }

    @Override
    public boolean gone() {
        return call.isCancelled() || sink.cancelled();
    }

    private void send(GenerateTextResponse.Builder message) throws Gone {
        try {
            synchronized (sink) {
                sink.send(message.setSample(sample).build());
            }
        } catch (StatusRuntimeException _) {
            throw new Gone();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new Gone();
        }
    }
}
