package revontuli.bpe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A small part of a `tokenizer.json` as maps, lists, texts, longs and booleans, each with its place for errors.
record JsonTree(String place, @Nullable Object value) {
    private static final int NODES_MAX = 1 << 20;

    /// Reads the value at which the parser stands.
    static JsonTree read(JsonParser parser, String place) throws IOException {
        return new JsonTree(place, value(parser, place, new int[1]));
    }

    private static @Nullable Object value(JsonParser parser, String place, int[] nodes) throws IOException {
        if (++nodes[0] > NODES_MAX) {
            throw new MalformedTokenizer(place, "has more than " + NODES_MAX + " values");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, value(parser, place, nodes));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser, place, nodes));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> integer(parser, place);
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static Long integer(JsonParser parser, String place) throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new MalformedTokenizer(place, "has a number out of range");
        }
        return parser.getLongValue();
    }

    boolean absent() {
        return value == null;
    }

    JsonTree at(String name) {
        return new JsonTree(place + "." + name, value instanceof Map<?, ?> map ? map.get(name) : null);
    }

    boolean isText() {
        return value instanceof String;
    }

    String text() {
        if (value instanceof String text) {
            return text;
        }
        throw new MalformedTokenizer(place, "must be a string");
    }

    /// The string, or "" where it is absent.
    String textOrEmpty() {
        return value == null ? "" : text();
    }

    boolean flag(boolean absent) {
        if (value == null) {
            return absent;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new MalformedTokenizer(place, "must be true or false");
    }

    int id(int most) {
        if (value instanceof Long id && id >= 0 && id <= most) {
            return id.intValue();
        }
        throw new MalformedTokenizer(place, "must be a whole number from 0 to " + most);
    }

    List<JsonTree> list() {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> items)) {
            throw new MalformedTokenizer(place, "must be a list");
        }
        List<JsonTree> list = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            list.add(new JsonTree(place + "[" + i + "]", items.get(i)));
        }
        return list;
    }

    /// The member `type`, "" where the value itself is absent.
    String type() {
        if (value == null) {
            return "";
        }
        if (!(value instanceof Map<?, ?>)) {
            throw new MalformedTokenizer(place, "must be an object with a 'type'");
        }
        return at("type").text();
    }
}
