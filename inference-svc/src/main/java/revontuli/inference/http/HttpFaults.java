package revontuli.inference.http;

import io.vertx.core.json.JsonObject;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;

/// The one place where a [Fault] becomes an answer in the form of OpenAI's interface.
final class HttpFaults {
    private static final Logger LOG = Logger.getLogger(HttpFaults.class);

    private HttpFaults() {}

    static int statusOf(Throwable thrown) {
        return thrown instanceof FaultException failure ? statusOf(failure.fault()) : 500;
    }

    private static int statusOf(Fault fault) {
        return switch (fault) {
            case Fault.Invalid _ -> 400;
            case Fault.Unauthenticated _ -> 401;
            case Fault.Refused _ -> 403;
            case Fault.NotFound _ -> 404;
            case Fault.Conflict _, Fault.AlreadyExists _, Fault.Aborted _ -> 409;
            case Fault.Exhausted _ -> 429;
            case Fault.Unimplemented _ -> 501;
            case Fault.Unavailable _ -> 503;
            case Fault.DeadlineExceeded _ -> 504;
        };
    }

    static boolean passing(Throwable thrown) {
        return thrown instanceof FaultException failure && failure.fault().passing();
    }

    /// Machine-readable, as the caller gets it.
    static String reasonOf(Throwable thrown) {
        return thrown instanceof FaultException failure ? failure.fault().reason() : "INTERNAL";
    }

    /// `{"error":{..}}`; an unknown failure tells the caller nothing and the log everything.
    static JsonObject body(Throwable thrown) {
        if (!(thrown instanceof FaultException failure)) {
            LOG.error("unmapped failure", thrown);
            return error("internal error", "server_error", null, reasonOf(thrown));
        }
        Fault fault = failure.fault();
        String field = fault.details().get("field");
        return error(fault.message(), type(fault), field == null ? null : word(field), fault.reason());
    }

    /// The field in the words of this interface, which has no groups.
    private static String word(String field) {
        return switch (field) {
            case "gap" -> "suffix";
            case "prompt_tokens" -> "prompt";
            default -> field.replace("sampling.", "").replace("dialogue.", "");
        };
    }

    private static JsonObject error(String message, String type, @Nullable String param, String code) {
        return new JsonObject()
                .put(
                        "error",
                        new JsonObject()
                                .put("message", message)
                                .put("type", type)
                                .put("param", param)
                                .put("code", code));
    }

    private static String type(Fault fault) {
        return switch (fault) {
            case Fault.Invalid _, Fault.Conflict _, Fault.AlreadyExists _, Fault.Unimplemented _, Fault.NotFound _ ->
                "invalid_request_error";
            case Fault.Unauthenticated _ -> "authentication_error";
            case Fault.Refused _ -> "permission_error";
            case Fault.Exhausted _ -> "rate_limit_error";
            case Fault.Unavailable _, Fault.DeadlineExceeded _, Fault.Aborted _ -> "server_error";
        };
    }
}
