package revontuli.safety.grpc;

import java.util.OptionalLong;
import java.util.regex.Pattern;
import revontuli.platform.fault.Fault;

/// Places in lists, as page tokens carry them. A token can be made up, so a place is checked like any input.
final class Places {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private Places() {}

    static OptionalLong number(String place) {
        if (place.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!NUMBER.matcher(place).matches()) {
            throw bad();
        }
        return OptionalLong.of(Long.parseLong(place));
    }

    static RuntimeException bad() {
        return Fault.invalid(
                "BAD_PAGE_TOKEN", "page_token", "not from a previous answer to the same request; begin without it");
    }
}
