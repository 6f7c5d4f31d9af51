package revontuli.inference.http;

import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import revontuli.inference.generate.Ending;
import revontuli.inference.generate.Reader;
import revontuli.inference.generate.Samples;
import revontuli.inference.generate.Usage;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ServedModel;
import revontuli.inference.model.ServedModels;
import revontuli.platform.audit.CallRecords;
import revontuli.platform.caller.BearerKeys;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.lifecycle.Calls;

/// `/v1/completions`, `/v1/chat/completions` and `/v1/models` beside the health checks.
@ApplicationScoped
class OpenAiDoor {
    private static final long BODY_BYTES_MAX = 1 << 19;
    private static final int TOO_LARGE = 413;
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");
    private static final Set<String> PATHS = Set.of("/v1/completions", "/v1/chat/completions", "/v1/models");

    private final BearerKeys keys;
    private final Calls calls;
    private final CallRecords records;
    private final Samples samples;
    private final ServedModels models;

    OpenAiDoor(BearerKeys keys, Calls calls, CallRecords records, Samples samples, ServedModels models) {
        this.keys = keys;
        this.calls = calls;
        this.records = records;
        this.samples = samples;
        this.models = models;
    }

    void routes(@Observes Router router) {
        router.route("/v1/*").handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX));
        router.route("/v1/*").failureHandler(route -> {
            Connection connection = new Connection(route.vertx().getOrCreateContext(), route.response());
            Throwable failed = failure(route);
            String name = name(route);
            String authorization = route.request().getHeader("authorization");
            Thread.ofVirtual().name("http").start(() -> {
                records.refused(callerIfKnown(authorization), name, HttpFaults.reasonOf(failed));
                fail(connection, failed);
            });
        });
        router.post("/v1/completions")
                .handler(route -> start(route, (caller, connection) -> {
                    answer(caller, Question.completion(Body.parse(route.body().buffer())), connection);
                }));
        router.post("/v1/chat/completions")
                .handler(route -> start(route, (caller, connection) -> {
                    answer(caller, Question.chat(Body.parse(route.body().buffer())), connection);
                }));
        router.get("/v1/models")
                .handler(route -> start(route, (caller, connection) -> connection.answer(200, false, list())));
        router.route("/v1/*").handler(route -> route.fail(unknown(route)));
    }

    private static FaultException unknown(RoutingContext route) {
        return new Fault.NotFound(
                        "UNKNOWN_PATH",
                        name(route) + " is not served: there are POST /v1/completions, POST /v1/chat/completions and"
                                + " GET /v1/models",
                        Map.of())
                .toException();
    }

    private static Throwable failure(RoutingContext route) {
        Throwable failure = route.failure();
        if (route.statusCode() != TOO_LARGE) {
            return failure == null ? new IllegalStateException("status " + route.statusCode()) : failure;
        }
        return Fault.invalid("BODY_TOO_LARGE", "body", "must have at most " + BODY_BYTES_MAX + " bytes");
    }

    @FunctionalInterface
    private interface Work {
        void run(Caller caller, Connection connection) throws Reader.Gone, InterruptedException;
    }

    /// The call as records name it; paths that are none of this door's share a name, as anybody can think of some.
    private static String name(RoutingContext route) {
        String path = route.normalizedPath();
        String method = route.request().method().name();
        return (METHODS.contains(method) ? method : "*") + " " + (PATHS.contains(path) ? path : "/v1/*");
    }

    private @Nullable Caller callerIfKnown(@Nullable String authorization) {
        try {
            return keys.authenticate(authorization);
        } catch (FaultException _) {
            return null;
        }
    }

    /// Works for a request on a thread of its own: the event loop never waits. How it ends is on record.
    private void start(RoutingContext route, Work work) {
        Context loop = route.vertx().getOrCreateContext();
        Connection connection = new Connection(loop, route.response());
        String name = name(route);
        String authorization = route.request().getHeader("authorization");
        Thread.ofVirtual().name("http").start(() -> {
            @Nullable Caller caller = null;
            try (Calls.Call _ = calls.begin()) {
                caller = keys.authenticate(authorization);
                work.run(caller, connection);
                records.answered(caller, name);
            } catch (Reader.Gone | InterruptedException _) {
                // nobody is left to tell, and whoever went away was not refused
            } catch (RuntimeException | Error failed) { // an error too: a request without an answer would hang
                records.refused(caller, name, HttpFaults.reasonOf(failed));
                fail(connection, failed);
            }
        });
    }

    private static void fail(Connection connection, Throwable failed) {
        try {
            JsonObject body = HttpFaults.body(failed);
            if (connection.begun()) {
                connection.event(body.encode());
                connection.end();
            } else {
                connection.answer(HttpFaults.statusOf(failed), HttpFaults.passing(failed), body);
            }
        } catch (Reader.Gone _) {
            // nobody is left to tell
        }
    }

    private void answer(Caller caller, Question question, Connection connection)
            throws Reader.Gone, InterruptedException {
        Answers answers = new Answers(question, UUID.randomUUID().toString());
        if (question.stream()) {
            stream(caller, question, connection, answers);
        } else {
            whole(caller, question, connection, answers);
        }
    }

    private void whole(Caller caller, Question question, Connection connection, Answers answers)
            throws Reader.Gone, InterruptedException {
        List<WholeReader> readers = Stream.generate(() -> new WholeReader(connection))
                .limit(question.choices())
                .toList();
        samples.run(caller, question.prompts(), question.samples(), readers::get);
        JsonArray choices = new JsonArray();
        List<Usage> usages = new ArrayList<>();
        for (int index = 0; index < readers.size(); index++) {
            Ending ending = ended(readers.get(index).ending());
            choices.add(answers.choice(index, readers.get(index), ending));
            usages.add(ending.usage());
        }
        connection.answer(200, false, answers.whole(choices, answers.usage(usages)));
    }

    private void stream(Caller caller, Question question, Connection connection, Answers answers)
            throws Reader.Gone, InterruptedException {
        List<EventReader> readers = IntStream.range(0, question.choices())
                .mapToObj(index -> new EventReader(connection, answers, index))
                .toList();
        samples.run(caller, question.prompts(), question.samples(), readers::get);
        List<Usage> usages = new ArrayList<>();
        for (EventReader reader : readers) {
            usages.add(ended(reader.ending()).usage());
        }
        if (question.usage()) {
            connection.event(answers.used(answers.usage(usages)).encode());
        }
        connection.event("[DONE]");
        connection.end();
    }

    private static Ending ended(@Nullable Ending ending) throws Reader.Gone {
        if (ending == null) {
            throw new Reader.Gone();
        }
        return ending;
    }

    /// What is served, by `models/{model}` and by version.
    private JsonObject list() {
        JsonArray data = new JsonArray();
        for (ServedModel model : models.list()) {
            if (model.identity().lane() == Lane.SERVE) {
                if (models.isCurrent(model)) {
                    data.add(model("models/" + model.name().model(), model));
                }
                data.add(model(model.name().toString(), model));
            }
        }
        return new JsonObject().put("object", "list").put("data", data);
    }

    private static JsonObject model(String id, ServedModel model) {
        return new JsonObject()
                .put("id", id)
                .put("object", "model")
                .put("created", model.identity().loadTime().getEpochSecond())
                .put("owned_by", model.identity().origin().text());
    }
}
