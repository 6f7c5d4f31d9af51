package revontuli.platform.fault;

import java.util.Map;

/// A reason the caller can act on. Anything else that goes wrong is a bug and surfaces as `INTERNAL`.
public sealed interface Fault {
    /// Stable, UPPER_SNAKE_CASE; part of the API once released.
    String reason();

    /// One sentence: what is wrong, with which value, and what to do.
    String message();

    /// Every value that appears in the message, so that no client parses prose.
    Map<String, String> details();

    /// True when the same request may succeed later without any change.
    default boolean passing() {
        return switch (this) {
            case Exhausted _, Unavailable _, Aborted _, DeadlineExceeded _ -> true;
            case NotFound _, Invalid _, Conflict _, AlreadyExists _, Refused _, Unauthenticated _, Unimplemented _ ->
                false;
        };
    }

    default FaultException toException() {
        return new FaultException(this);
    }

    /// The resource does not exist, or not for this caller.
    record NotFound(String reason, String message, Map<String, String> details) implements Fault {}

    /// The request is wrong whatever the state of the system.
    record Invalid(String reason, String message, Map<String, String> details) implements Fault {}

    /// The request does not fit the state of the resource.
    record Conflict(String reason, String message, Map<String, String> details) implements Fault {}

    /// Something else stands under that name.
    record AlreadyExists(String reason, String message, Map<String, String> details) implements Fault {}

    /// The caller is known and may not.
    record Refused(String reason, String message, Map<String, String> details) implements Fault {}

    /// The caller is not known.
    record Unauthenticated(String reason, String message, Map<String, String> details) implements Fault {}

    /// A limit is reached; room will come.
    record Exhausted(String reason, String message, Map<String, String> details) implements Fault {}

    /// Something that is needed does not answer.
    record Unavailable(String reason, String message, Map<String, String> details) implements Fault {}

    /// Another one was faster; start over.
    record Aborted(String reason, String message, Map<String, String> details) implements Fault {}

    /// The time the caller gave has passed.
    record DeadlineExceeded(String reason, String message, Map<String, String> details) implements Fault {}

    /// Not built in this version; the message says so.
    record Unimplemented(String reason, String message, Map<String, String> details) implements Fault {}

    /// Shorthand for the commonest one: a field of the request is wrong.
    static FaultException invalid(String reason, String field, String message) {
        return new Invalid(reason, field + ": " + message, Map.of("field", field)).toException();
    }

    /// What a method answers that this version does not have.
    static FaultException notBuilt(String what) {
        return new Unimplemented("NOT_BUILT", what + " is not built in this version", Map.of("what", what))
                .toException();
    }
}
