package revontuli.inference.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import revontuli.inference.generate.Reader;

/// The client at the other end of a request. Made on its event loop; used by the one thread that works for it.
///
/// Every write waits until the client has taken it, so that nothing piles up in memory; a client that takes nothing for
/// long is cut off.
final class Connection {
    private static final long PATIENCE_SECONDS = 30;
    private static final String JSON = "application/json";

    private final Context loop;
    private final HttpServerResponse response;
    private final List<Runnable> whenGone = new ArrayList<>();
    private boolean gone;

    Connection(Context loop, HttpServerResponse response) {
        this.loop = loop;
        this.response = response;
        response.closeHandler(_ -> leave());
        response.exceptionHandler(_ -> leave());
    }

    private void leave() {
        List<Runnable> actions;
        synchronized (this) {
            if (gone || response.ended()) {
                return;
            }
            gone = true;
            actions = List.copyOf(whenGone);
        }
        actions.forEach(Runnable::run);
    }

    synchronized boolean gone() {
        return gone;
    }

    /// Runs once when the client goes away; at once if it has already.
    void onGone(Runnable action) {
        boolean already;
        synchronized (this) {
            whenGone.add(action);
            already = gone;
        }
        if (already) {
            action.run();
        }
    }

    /// One event of a stream, which begins with the first.
    void event(String data) throws Reader.Gone {
        taken(() -> {
            if (!response.headWritten()) {
                response.setChunked(true)
                        .putHeader("content-type", "text/event-stream")
                        .putHeader("cache-control", "no-cache");
            }
            return response.write("data: " + data + "\n\n");
        });
    }

    boolean begun() {
        return response.headWritten();
    }

    void end() throws Reader.Gone {
        taken(response::end);
    }

    void answer(int status, boolean passing, JsonObject body) throws Reader.Gone {
        taken(() -> {
            if (passing) {
                response.putHeader("retry-after", "1");
            }
            return response.setStatusCode(status)
                    .putHeader("content-type", JSON)
                    .end(body.encode());
        });
    }

    private void taken(Supplier<Future<Void>> write) throws Reader.Gone {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.runOnContext(_ -> {
            if (gone()) {
                done.cancel(false);
                return;
            }
            write.get().onComplete(result -> {
                if (result.succeeded()) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(result.cause());
                }
            });
        });
        try {
            done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | CancellationException _) {
            leave();
            loop.runOnContext(_ -> response.reset());
            throw new Reader.Gone();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new Reader.Gone();
        }
    }
}
