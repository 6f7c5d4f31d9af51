package revontuli.bpe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads the member `model`: vocabulary and merges as they stream by, the rest as a small tree.
final class ModelReader {
    private final FileLimits limits;
    private final Map<String, Integer> ids = new HashMap<>();
    private @Nullable String[] tokens = new String[1024];
    private int idEnd;
    private final Map<String, JsonTree> settings = new HashMap<>();
    private String[] lefts = new String[1024];
    private String[] rights = new String[1024];
    private int mergeCount;
    private boolean vocabularySeen;
    private boolean mergesSeen;

    ModelReader(FileLimits limits) {
        this.limits = limits;
    }

    void read(JsonParser parser) throws IOException, NotOurs {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new MalformedTokenizer("model", "must be an object");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
                vocabulary(parser);
            } else if (name.equals("vocab")) {
                throw new NotOurs("model.vocab is not a map of tokens to ids");
            } else if (name.equals("merges") && value == JsonToken.START_ARRAY) {
                merges(parser);
            } else {
                settings.put(name, JsonTree.read(parser, "model." + name));
            }
        }
    }

    private void vocabulary(JsonParser parser) throws IOException {
        if (vocabularySeen) {
            throw new MalformedTokenizer("model.vocab", "stands twice");
        }
        vocabularySeen = true;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String token = parser.currentName();
            String place = "model.vocab[" + shown(token) + "]";
            if (token.length() > limits.tokenCharsMax()) {
                throw new MalformedTokenizer(place, "is longer than " + limits.tokenCharsMax() + " characters");
            }
            if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw new MalformedTokenizer(place, "must be a whole number");
            }
            long id = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : parser.getLongValue();
            if (id < 0 || id > limits.idMax()) {
                throw new MalformedTokenizer(place, "must be an id from 0 to " + limits.idMax());
            }
            enter(token, (int) id, place);
        }
    }

    private void enter(String token, int id, String place) {
        if (id >= tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(id + 1, Math.min(2 * tokens.length, limits.idMax() + 1)));
        }
        if (Utf8.hasLoneSurrogate(token)) {
            throw new MalformedTokenizer(place, "has half a surrogate pair");
        }
        if (tokens[id] != null) {
            throw new MalformedTokenizer(
                    place, "has id " + id + ", which " + shown(String.valueOf(tokens[id])) + " has too");
        }
        if (ids.putIfAbsent(token, id) != null) {
            throw new MalformedTokenizer(place, "stands twice");
        }
        tokens[id] = token;
        idEnd = Math.max(idEnd, id + 1);
    }

    private void merges(JsonParser parser) throws IOException {
        if (mergesSeen) {
            throw new MalformedTokenizer("model.merges", "stands twice");
        }
        mergesSeen = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String place = "model.merges[" + mergeCount + "]";
            if (mergeCount == limits.mergesMax()) {
                throw new MalformedTokenizer(place, "is one more than the " + limits.mergesMax() + " allowed");
            }
            if (mergeCount == lefts.length) {
                lefts = Arrays.copyOf(lefts, 2 * mergeCount);
                rights = Arrays.copyOf(rights, 2 * mergeCount);
            }
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                words(parser.getText(), place);
            } else if (parser.currentToken() == JsonToken.START_ARRAY) {
                pair(parser, place);
            } else {
                throw new MalformedTokenizer(place, "must be \"left right\" or [\"left\", \"right\"]");
            }
            if (lefts[mergeCount].isEmpty() || rights[mergeCount].isEmpty()) {
                throw new MalformedTokenizer(place, "has an empty side, so it would merge for ever");
            }
            mergeCount++;
        }
    }

    private void words(String text, String place) {
        int space = text.indexOf(' ');
        if (space < 0 || text.indexOf(' ', space + 1) >= 0) {
            throw new MalformedTokenizer(place, "must be two tokens with one space between");
        }
        lefts[mergeCount] = known(text.substring(0, space));
        rights[mergeCount] = known(text.substring(space + 1));
    }

    private void pair(JsonParser parser, String place) throws IOException {
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
            lefts[mergeCount] = known(parser.getText());
            if (parser.nextToken() == JsonToken.VALUE_STRING) {
                rights[mergeCount] = known(parser.getText());
                if (parser.nextToken() == JsonToken.END_ARRAY) {
                    return;
                }
            }
        }
        throw new MalformedTokenizer(place, "must be two strings");
    }

    /// The vocabulary's own copy of a token, where the vocabulary came first; a giant file's merges then cost no text.
    private String known(String token) {
        Integer id = ids.get(token);
        return id == null ? token : Objects.requireNonNull(tokens[id]);
    }

    /// What is outside the family, after everything was read.
    void check() throws NotOurs {
        JsonTree type = setting("type");
        if (!type.absent() && !type.text().equals("BPE")) {
            throw new NotOurs("model.type is " + shown(type.text()));
        }
        if (!vocabularySeen) {
            throw new MalformedTokenizer("model.vocab", "is missing");
        }
        if (!mergesSeen) {
            if (type.absent()) {
                throw new NotOurs("model has neither type nor merges");
            }
            throw new MalformedTokenizer("model.merges", "is missing");
        }
        Object dropout = setting("dropout").value();
        if (dropout != null && !dropout.equals(0.0) && !dropout.equals(0L)) {
            throw new NotOurs("model.dropout is set");
        }
        for (String affix : new String[] {"continuing_subword_prefix", "end_of_word_suffix"}) {
            if (!setting(affix).textOrEmpty().isEmpty()) {
                throw new NotOurs("model." + affix + " is set");
            }
        }
        boolean dropped = setting("unk_token").textOrEmpty().isEmpty()
                && !setting("byte_fallback").flag(false);
        for (int b = 0; b < 256; b++) {
            boolean possible = b < 0xC0 || (b >= 0xC2 && b <= 0xF4);
            // as StarCoder has none for the planes 4 to 7, where no character is
            boolean rare = dropped && b >= 0xF1;
            if (possible && !rare && !ids.containsKey(String.valueOf(ByteAlphabet.of(b)))) {
                throw new NotOurs("model.vocab has no token for byte " + b);
            }
        }
    }

    private JsonTree setting(String name) {
        return settings.getOrDefault(name, new JsonTree("model." + name, null));
    }

    boolean ignoreMerges() {
        return setting("ignore_merges").flag(false);
    }

    /// The token that has an id, or null.
    @Nullable
    String token(int id) {
        return id < idEnd ? tokens[id] : null;
    }

    Map<String, Integer> ids() {
        return ids;
    }

    int[] idOfByte() {
        int[] all = new int[256];
        for (int b = 0; b < 256; b++) {
            all[b] = ids.getOrDefault(String.valueOf(ByteAlphabet.of(b)), Definition.NO_TOKEN);
        }
        return all;
    }

    @Nullable
    String[] tokens() {
        return Arrays.copyOf(tokens, idEnd);
    }

    /// Left ids, right ids and made ids by rank.
    int[][] mergeIds() {
        int[][] all = new int[3][mergeCount];
        for (int i = 0; i < mergeCount; i++) {
            String place = "model.merges[" + i + "]";
            all[0][i] = id(lefts[i], place);
            all[1][i] = id(rights[i], place);
            all[2][i] = id(lefts[i] + rights[i], place);
        }
        return all;
    }

    private int id(String token, String place) {
        Integer id = ids.get(token);
        if (id == null) {
            throw new MalformedTokenizer(place, shown(token) + " is not in the vocabulary");
        }
        return id;
    }

    static String shown(String text) {
        return '"' + (text.length() > 60 ? text.substring(0, 60) + "..." : text).replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
