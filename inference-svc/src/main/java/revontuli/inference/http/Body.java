package revontuli.inference.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import revontuli.platform.fault.Fault;

/// The fields of a request; every one that is wrong is named. `null` says the same as leaving a field out.
record Body(JsonObject fields) {
    private static final Pattern ID = Pattern.compile("[0-9]{1,9}");

    static Body parse(@Nullable Buffer buffer) {
        try {
            if (buffer == null) {
                throw new DecodeException("no body");
            }
            return new Body(new JsonObject(buffer));
        } catch (DecodeException | ClassCastException _) {
            throw Fault.invalid("MALFORMED_JSON", "body", "must be one JSON object");
        }
    }

    /// Refuses fields that are not of this interface.
    void requireKnown(Set<String> known) {
        Set<String> unknown = new TreeSet<>(fields.fieldNames());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            String first = unknown.iterator().next();
            throw Fault.invalid("UNKNOWN_FIELD", first, "is not a field of this request: leave it out");
        }
    }

    /// Refuses a field that asks for something else than its neutral values, because this door does not have it.
    void requireNeutral(String name, Object... neutral) {
        Object value = fields.getValue(name);
        boolean plain = value == null || (value instanceof JsonObject object && object.isEmpty());
        for (Object one : neutral) {
            boolean bothNumbers = value instanceof Number && one instanceof Number;
            plain |= bothNumbers ? ((Number) value).doubleValue() == ((Number) one).doubleValue() : one.equals(value);
        }
        if (!plain) {
            throw Fault.invalid("NOT_SUPPORTED", name, "is not supported by this door: leave it out");
        }
    }

    String text(String name) {
        if (fields.getValue(name) instanceof String text) {
            return text;
        }
        throw Fault.invalid("MALFORMED_FIELD", name, "must be there and be a text");
    }

    double number(String name, double absent) {
        Object value = fields.getValue(name);
        if (value == null) {
            return absent;
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw Fault.invalid("MALFORMED_FIELD", name, "must be a number");
    }

    int whole(String name, int absent, int min, int max) {
        double value = number(name, absent);
        if (value != Math.rint(value) || value < min || value > max) {
            throw Fault.invalid("OUT_OF_RANGE", name, "must be a whole number from " + min + " to " + max);
        }
        return (int) value;
    }

    OptionalInt wholeIfThere(String name, int min, int max) {
        return fields.getValue(name) == null ? OptionalInt.empty() : OptionalInt.of(whole(name, min, min, max));
    }

    /// An object of numbers by id.
    Map<Integer, Float> numbersById(String name) {
        Object value = fields.getValue(name);
        Map<Integer, Float> numbers = new TreeMap<>();
        if (value == null) {
            return numbers;
        }
        if (!(value instanceof JsonObject object)) {
            throw Fault.invalid("MALFORMED_FIELD", name, "must be an object of numbers by ids");
        }
        for (Map.Entry<String, Object> entry : object) {
            if (!ID.matcher(entry.getKey()).matches() || !(entry.getValue() instanceof Number number)) {
                throw Fault.invalid("MALFORMED_FIELD", name, "must be an object of numbers by ids");
            }
            numbers.put(Integer.valueOf(entry.getKey()), number.floatValue());
        }
        return numbers;
    }

    OptionalLong seed() {
        Object value = fields.getValue("seed");
        if (value == null) {
            return OptionalLong.empty();
        }
        if (value instanceof Integer || value instanceof Long) {
            return OptionalLong.of(((Number) value).longValue());
        }
        throw Fault.invalid("OUT_OF_RANGE", "seed", "must be a whole number of 64 bits");
    }

    boolean flag(String name) {
        Object value = fields.getValue(name);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw Fault.invalid("MALFORMED_FIELD", name, "must be true or false");
    }

    /// A text or a list of texts.
    List<String> texts(String name) {
        Object value = fields.getValue(name);
        List<String> texts = new ArrayList<>();
        if (value instanceof String text) {
            texts.add(text);
        } else if (value instanceof JsonArray items) {
            for (Object item : items) {
                if (!(item instanceof String text)) {
                    throw Fault.invalid("MALFORMED_FIELD", name, "must be a text or a list of texts");
                }
                texts.add(text);
            }
        } else if (value != null) {
            throw Fault.invalid("MALFORMED_FIELD", name, "must be a text or a list of texts");
        }
        return texts;
    }
}
