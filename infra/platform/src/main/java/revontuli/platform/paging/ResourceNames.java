package revontuli.platform.paging;

import java.util.Map;
import java.util.regex.Pattern;
import revontuli.platform.fault.Fault;

/// AIP-122 resource names: collections and ids by turns, each id `[a-z]([a-z0-9-]{0,61}[a-z0-9])?`.
public final class ResourceNames {
    private static final Pattern ID = Pattern.compile("[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");
    private static final int SHOWN_CHARS_MAX = 100;

    private ResourceNames() {}

    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /// Id behind `collection/`; a fault MALFORMED_NAME naming the field otherwise.
    public static String parse(String field, String collection, String name) {
        String prefix = collection + "/";
        if (!name.startsWith(prefix) || !isId(name.substring(prefix.length()))) {
            throw malformed(field, name, prefix + "{id}, the id of 1 to 63 characters a-z, 0-9 and -");
        }
        return name.substring(prefix.length());
    }

    /// Checks `models/{model}/versions/{version}` and gives it back.
    public static String parseVersion(String field, String collection, String name) {
        String[] parts = name.split("/", -1);
        if (parts.length != 4
                || !parts[0].equals(collection)
                || !isId(parts[1])
                || !parts[2].equals("versions")
                || !VERSION.matcher(parts[3]).matches()) {
            throw malformed(field, name, collection + "/{id}/versions/{number from 1}");
        }
        return name;
    }

    private static RuntimeException malformed(String field, String name, String form) {
        String shown = name.length() <= SHOWN_CHARS_MAX ? name : name.substring(0, SHOWN_CHARS_MAX) + "…";
        return new Fault.Invalid(
                        "MALFORMED_NAME",
                        field + ": '" + shown + "' must be " + form,
                        Map.of("field", field, "value", shown, "form", form))
                .toException();
    }
}
