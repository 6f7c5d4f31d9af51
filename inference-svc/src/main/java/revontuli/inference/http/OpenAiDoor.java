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
import java.util.UUID;
import revontuli.inference.generate.Ending;
import revontuli.inference.generate.Generator;
import revontuli.inference.generate.Reader;
import revontuli.inference.generate.Usage;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ServedModel;
import revontuli.inference.model.ServedModels;
import revontuli.platform.caller.BearerKeys;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.lifecycle.Calls;

/// `/v1/completions`, `/v1/chat/completions` and `/v1/models` beside the health checks.
@ApplicationScoped
class OpenAiDoor {
    private static final long BODY_BYTES_MAX = 1 << 19;
    private static final int TOO_LARGE = 413;

    private final BearerKeys keys;
    private final Calls calls;
    private final Generator generator;
    private final ServedModels models;

    OpenAiDoor(BearerKeys keys, Calls calls, Generator generator, ServedModels models) {
        this.keys = keys;
        this.calls = calls;
        this.generator = generator;
        this.models = models;
    }

    void routes(@Observes Router router) {
        router.route("/v1/*").handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX));
        router.route("/v1/*").failureHandler(route -> {
            Connection connection = new Connection(route.vertx().getOrCreateContext(), route.response());
            Throwable failed = failure(route);
            Thread.ofVirtual().name("http").start(() -> fail(connection, failed));
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

    /// Works for a request on a thread of its own: the event loop never waits.
    private void start(RoutingContext route, Work work) {
        Context loop = route.vertx().getOrCreateContext();
        Connection connection = new Connection(loop, route.response());
        String authorization = route.request().getHeader("authorization");
        Thread.ofVirtual().name("http").start(() -> {
            try (Calls.Call _ = calls.begin()) {
                work.run(keys.authenticate(authorization), connection);
            } catch (Reader.Gone | InterruptedException _) {
                // nobody is left to tell
            } catch (RuntimeException | Error failed) { // an error too: a request without an answer would hang
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
        JsonArray choices = new JsonArray();
        List<Usage> usages = new ArrayList<>();
        for (int index = 0; index < question.choices(); index++) {
            WholeReader reader = new WholeReader(connection);
            generator.run(caller, question.choice(index), reader);
            Ending ending = reader.ending();
            if (ending == null) {
                throw new Reader.Gone();
            }
            choices.add(answers.choice(index, reader.text(), ending));
            usages.add(ending.usage());
        }
        connection.answer(200, false, answers.whole(choices, Answers.usage(usages)));
    }

    private void stream(Caller caller, Question question, Connection connection, Answers answers)
            throws Reader.Gone, InterruptedException {
        List<Usage> usages = new ArrayList<>();
        for (int index = 0; index < question.choices(); index++) {
            EventReader reader = new EventReader(connection, answers, index);
            generator.run(caller, question.choice(index), reader);
            Ending ending = reader.ending();
            if (ending == null) {
                throw new Reader.Gone();
            }
            usages.add(ending.usage());
        }
        if (question.usage()) {
            connection.event(answers.used(Answers.usage(usages)).encode());
        }
        connection.event("[DONE]");
        connection.end();
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
