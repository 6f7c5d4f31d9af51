package revontuli.safety.ledger;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import revontuli.platform.fault.Fault;

/// Which records; every filter that is set (not empty) must match.
///
/// @param action exact, or a prefix ending in `.*`
/// @param model model version, or the digest of one
public record RecordFilter(
        Window window,
        String tenant,
        String actor,
        String service,
        String action,
        String subject,
        String model,
        String job) {
    private static final int CHARS_MAX = 256;
    private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z][a-z0-9_-]*)*(\\.\\*)?");

    /// From a time on, before a time.
    public record Window(Optional<Instant> from, Optional<Instant> to) {
        public static final Window ALWAYS = new Window(Optional.empty(), Optional.empty());

        public Window {
            if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
                throw Fault.invalid("BAD_FILTER", "to_time", "must be after from_time");
            }
        }
    }

    public RecordFilter {
        line("tenant", tenant);
        line("actor", actor);
        line("service", service);
        line("action", action);
        line("subject", subject);
        line("model", model);
        line("job", job);
        if (!action.isEmpty() && !ACTION.matcher(action).matches()) {
            throw Fault.invalid("BAD_FILTER", "action", "must be such as generation.admitted or generation.*");
        }
    }

    public static RecordFilter subject(String subject) {
        return new RecordFilter(Window.ALWAYS, "", "", "", "", subject, "", "");
    }

    static RecordFilter action(String action) {
        return new RecordFilter(Window.ALWAYS, "", "", "", action, "", "", "");
    }

    RecordFilter within(Window other) {
        return new RecordFilter(other, tenant, actor, service, action, subject, model, job);
    }

    RecordFilter aboutModel(String only) {
        return new RecordFilter(window, tenant, actor, service, action, subject, only, job);
    }

    RecordFilter aboutJob(String only) {
        return new RecordFilter(window, tenant, actor, service, action, subject, model, only);
    }

    RecordFilter ofTenant(String only) {
        return new RecordFilter(window, only, actor, service, action, subject, model, job);
    }

    RecordFilter withAction(String only) {
        return new RecordFilter(window, tenant, actor, service, only, subject, model, job);
    }

    private static void line(String field, String value) {
        if (value.length() > CHARS_MAX || value.chars().anyMatch(Character::isISOControl)) {
            throw Fault.invalid("BAD_FILTER", field, "must be one line of at most " + CHARS_MAX + " characters");
        }
    }
}
