package revontuli.inference.grpc;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.inference.generate.Ending;
import revontuli.inference.generate.Reader;
import revontuli.platform.grpc.Offload;

/// The reader at the other end of a call. Made on the thread that works for the call.
final class SinkReader implements Reader {
    private final Offload.Sink<GenerateTextResponse> sink;
    private final Context call = Context.current();

    SinkReader(Offload.Sink<GenerateTextResponse> sink) {
        this.sink = sink;
    }

    @Override
    public void text(String released) throws Gone {
        send(GenerateTextResponse.newBuilder().setText(released).build());
    }

    @Override
    public void last(Ending ending) throws Gone {
        send(Protos.last(ending));
    }

    @Override
    public void onGone(Runnable action) {
        call.addListener(_ -> action.run(), Runnable::run);
    }

    @Override
    public boolean gone() {
        return call.isCancelled() || sink.cancelled();
    }

    private void send(GenerateTextResponse message) throws Gone {
        try {
            sink.send(message);
        } catch (StatusRuntimeException _) {
            throw new Gone();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new Gone();
        }
    }
}
