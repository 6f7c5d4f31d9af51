package revontuli.safety.encoder;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import revontuli.bpe.BpeTokenizer;
import revontuli.bpe.MalformedTokenizer;
import revontuli.bpe.NotOurs;
import revontuli.bpe.Specials;

/// Text to ids as a `tokenizer.json` says, with the special ids around. Special tokens that a text spells are text.
final class EncoderTokens {
    private final UnaryOperator<String> normalizer;
    private final Pieces pieces;
    private final int first;
    private final int last;

    private EncoderTokens(UnaryOperator<String> normalizer, Pieces pieces, int first, int last) {
        this.normalizer = normalizer;
        this.pieces = pieces;
        this.first = first;
        this.last = last;
    }

    /// @param vocabulary rows of the model's table
    static EncoderTokens parse(byte[] bytes, int vocabulary) {
        JsonFile file = JsonFile.parse("tokenizer.json", bytes);
        JsonFile model = file.object("model");
        Map<String, Integer> ids = new HashMap<>();
        Pieces pieces =
                switch (model.text("type")) {
                    case "WordPiece" -> {
                        ids.putAll(vocabulary(model));
                        yield wordPieces(file, model, ids);
                    }
                    case "Unigram" -> {
                        UnigramPieces unigram = new UnigramPieces(file, model);
                        ids.putAll(unigram.ids());
                        yield unigram;
                    }
                    case "BPE" -> {
                        ids.putAll(vocabulary(model));
                        yield byteLevel(bytes);
                    }
                    default ->
                        throw model.malformed(
                                "type", "is " + model.text("type") + "; WordPiece, Unigram and BPE are read");
                };
        for (JsonFile added : file.objects("added_tokens")) {
            ids.put(added.text("content"), added.number("id", 0, Integer.MAX_VALUE));
        }
        int most = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        if (most >= vocabulary) {
            throw file.malformed("model", "has an id " + most + ", and the model knows " + vocabulary);
        }
        String[] around = around(file);
        boolean bpe = model.text("type").equals("BPE");
        return new EncoderTokens(
                bpe ? UnaryOperator.identity() : TextNormalizer.of(file),
                pieces,
                id(file, ids, around[0]),
                id(file, ids, around[1]));
    }

    private static Pieces wordPieces(JsonFile file, JsonFile model, Map<String, Integer> ids) {
        String before = file.object("pre_tokenizer").text("type");
        if (!before.equals("BertPreTokenizer")) {
            throw file.malformed("pre_tokenizer", "is " + before + "; BertPreTokenizer is read");
        }
        return new WordPieces(model, ids);
    }

    private static Pieces byteLevel(byte[] bytes) {
        try {
            BpeTokenizer tokenizer = BpeTokenizer.read(bytes);
            return (text, out) -> {
                for (int id : tokenizer.encode(text, Specials.AS_TEXT)) {
                    out.add(id);
                }
            };
        } catch (NotOurs | MalformedTokenizer e) {
            throw new DirectoryRejected("TOKENIZER_UNSUPPORTED", "tokenizer.json: " + e.getMessage());
        }
    }

    private static Map<String, Integer> vocabulary(JsonFile model) {
        Map<String, Integer> ids = new HashMap<>();
        model.object("vocab").members().forEach((piece, id) -> {
            if (!(id instanceof BigDecimal number) || number.signum() < 0 || number.precision() > 9) {
                throw model.malformed("vocab", "must give each piece an id");
            }
            ids.put(piece.toString(), number.intValue());
        });
        return ids;
    }

    /// The special tokens before and behind a text.
    private static String[] around(JsonFile file) {
        JsonFile after = file.object("post_processor");
        return switch (after.text("type")) {
            case "BertProcessing", "RobertaProcessing" -> new String[] {named(after, "cls"), named(after, "sep")};
            case "TemplateProcessing" -> {
                List<String> tokens = new ArrayList<>();
                for (JsonFile part : after.objects("single")) {
                    tokens.add(part.findObject("SpecialToken")
                            .map(one -> one.text("id"))
                            .orElse(""));
                }
                if (tokens.size() != 3 || !tokens.get(1).isEmpty() || tokens.contains(null)) {
                    throw after.malformed("single", "must be one special token, the text, one special token");
                }
                yield new String[] {tokens.get(0), tokens.get(2)};
            }
            default -> throw after.malformed("type", "is " + after.text("type") + ", which is not done here");
        };
    }

    private static String named(JsonFile after, String field) {
        if (after.list(field).getFirst() instanceof String token) {
            return token;
        }
        throw after.malformed(field, "must name a token");
    }

    private static int id(JsonFile file, Map<String, Integer> ids, String token) {
        Integer id = ids.get(token);
        if (id == null) {
            throw file.malformed("post_processor", "names " + token + ", which has no id");
        }
        return id;
    }

    /// Ids of a text, cut off at `most`, special ones included.
    int[] ids(String text, int most) {
        List<Integer> cut = new ArrayList<>();
        cut.add(first);
        pieces.cut(normalizer.apply(text), cut);
        int count = Math.min(cut.size(), most - 1);
        int[] ids = new int[count + 1];
        for (int i = 0; i < count; i++) {
            ids[i] = cut.get(i);
        }
        ids[count] = last;
        return ids;
    }
}
