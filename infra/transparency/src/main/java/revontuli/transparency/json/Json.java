package revontuli.transparency.json;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The four kinds of value that evidence is made of. Integers are decimal texts; there are no floats and no null,
/// because two readers may disagree about those.
public sealed interface Json {

    /// An object; its names iterate in the order they are written: by UTF-16 code unit.
    record Fields(SortedMap<String, Json> members) implements Json {
        public static final Fields NONE = new Fields(new TreeMap<>());

        public Fields {
            members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        }

        public static Fields of(Map<String, ? extends Json> members) {
            return new Fields(new TreeMap<>(members));
        }

        public static Fields ofTexts(Map<String, String> members) {
            TreeMap<String, Json> copy = new TreeMap<>();
            members.forEach((name, value) -> copy.put(name, new Text(value)));
            return new Fields(copy);
        }

        /// This object with one more member, or with that member replaced.
        public Fields with(String name, Json value) {
            TreeMap<String, Json> copy = new TreeMap<>(members);
            copy.put(name, value);
            return new Fields(copy);
        }

        public Fields with(String name, String value) {
            return with(name, new Text(value));
        }

        public Fields without(String... names) {
            TreeMap<String, Json> copy = new TreeMap<>(members);
            for (String name : names) {
                copy.remove(name);
            }
            return new Fields(copy);
        }

        /// The text of a member that must be there.
        public String text(String name) {
            if (members.get(name) instanceof Text(var value)) {
                return value;
            }
            throw new MalformedException("field '" + name + "' must be there and be a text");
        }

        /// The text of a member, or `absent` if there is no such member. Another kind of value is malformed.
        public String textOr(String name, String absent) {
            return members.containsKey(name) ? text(name) : absent;
        }

        /// The object under a member that must be there.
        public Fields fields(String name) {
            if (members.get(name) instanceof Fields value) {
                return value;
            }
            throw new MalformedException("field '" + name + "' must be there and be an object");
        }

        /// The list under a member that must be there.
        public List<Json> items(String name) {
            if (members.get(name) instanceof Items(var values)) {
                return values;
            }
            throw new MalformedException("field '" + name + "' must be there and be a list");
        }
    }

    /// An array.
    record Items(List<Json> values) implements Json {
        public Items {
            values = List.copyOf(values);
        }

        public static Items ofTexts(List<String> values) {
            return new Items(values.stream().<Json>map(Text::new).toList());
        }
    }

    /// A string.
    record Text(String value) implements Json {}

    /// `true` or `false`.
    record Flag(boolean value) implements Json {}

    static Text text(String value) {
        return new Text(value);
    }

    /// An integer, as the decimal text that stands for it.
    static Text number(long value) {
        return new Text(Long.toString(value));
    }

    static Fields fields() {
        return Fields.NONE;
    }

    /// Reads what [#number] wrote: decimal, no sign but a minus, no leading zero.
    static long parseNumber(String name, String text) {
        try {
            long value = Long.parseLong(text);
            if (Long.toString(value).equals(text)) {
                return value;
            }
        } catch (NumberFormatException _) {
            // said below, together with the texts that Java would accept but this form does not
        }
        throw new MalformedException("field '" + name + "' must be a decimal 64-bit integer without leading zeros");
    }
}
