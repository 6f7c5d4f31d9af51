package revontuli.safety.encoder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An object of a JSON file that nobody vouched for; every refusal names the file and the field.
final class JsonFile {
    private static final int DEPTH_MAX = 32;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(40)
                    .maxStringLength(4 << 20)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String path;
    private final Map<?, ?> members;

    private JsonFile(String path, Map<?, ?> members) {
        this.path = path;
        this.members = members;
    }

    static JsonFile parse(String file, byte[] bytes) {
        try (JsonParser json = JSON.createParser(bytes)) {
            json.nextToken();
            Object value = value(json);
            if (value instanceof Map<?, ?> object && json.nextToken() == null) {
                return new JsonFile(file, object);
            }
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
            throw new DirectoryRejected("JSON_MALFORMED", file + ": " + why);
        }
        throw new DirectoryRejected("JSON_MALFORMED", file + ": must be one JSON object");
    }

    private static @Nullable Object value(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == null) {
            return null;
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    object.put(name, value(json));
                }
                yield object;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(json));
                }
                yield list;
            }
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    Map<?, ?> members() {
        return members;
    }

    DirectoryRejected malformed(String field, String problem) {
        return new DirectoryRejected("CONFIG_UNSUPPORTED", path + ": " + field + " " + problem);
    }

    String text(String field) {
        if (members.get(field) instanceof String text) {
            return text;
        }
        throw malformed(field, "must be a text");
    }

    String textOr(String field, String absent) {
        return members.get(field) == null ? absent : text(field);
    }

    boolean flagOr(String field, boolean absent) {
        Object value = members.get(field);
        if (value == null) {
            return absent;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw malformed(field, "must be true or false");
    }

    int number(String field, int min, int max) {
        if (members.get(field) instanceof BigDecimal number
                && number.stripTrailingZeros().scale() <= 0
                && number.compareTo(BigDecimal.valueOf(min)) >= 0
                && number.compareTo(BigDecimal.valueOf(max)) <= 0) {
            return number.intValueExact();
        }
        throw malformed(
                field, "is " + members.get(field) + "; a whole number from " + min + " to " + max + " is needed");
    }

    int numberOr(String field, int absent, int min, int max) {
        return members.get(field) == null ? absent : number(field, min, max);
    }

    double realOr(String field, double absent) {
        Object value = members.get(field);
        if (value == null) {
            return absent;
        }
        if (value instanceof BigDecimal number) {
            return number.doubleValue();
        }
        throw malformed(field, "must be a number");
    }

    JsonFile object(String field) {
        return findObject(field).orElseThrow(() -> malformed(field, "must be an object"));
    }

    Optional<JsonFile> findObject(String field) {
        Object value = members.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Map<?, ?> object) {
            return Optional.of(new JsonFile(path + ": " + field, object));
        }
        throw malformed(field, "must be an object");
    }

    List<?> list(String field) {
        if (members.get(field) instanceof List<?> list) {
            return list;
        }
        throw malformed(field, "must be a list");
    }

    /// The objects of a list.
    List<JsonFile> objects(String field) {
        List<JsonFile> objects = new ArrayList<>();
        for (Object item : list(field)) {
            if (!(item instanceof Map<?, ?> object)) {
                throw malformed(field, "must hold objects only");
            }
            objects.add(new JsonFile(path + ": " + field, object));
        }
        return objects;
    }
}
