package revontuli.bpe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads a `tokenizer.json` of the byte-level BPE family. What is not of the family is [NotOurs]; what is broken is a
/// [MalformedTokenizer] with its place.
final class TokenizerFile {
    private static final int NESTING_MAX = 32;
    private static final Set<String> TREES =
            Set.of("added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder");

    private final FileLimits limits;
    private final Map<String, JsonTree> trees = new HashMap<>();
    private final ModelReader model;
    private boolean modelSeen;

    private final List<Scanner> stages = new ArrayList<>();
    private boolean byteLevel;
    private int prefixStage = Definition.NO_PREFIX;
    private boolean trimOffsets;
    private boolean keptPrefix;

    private TokenizerFile(FileLimits limits) {
        this.limits = limits;
        this.model = new ModelReader(limits);
    }

    static Definition read(byte[] json, FileLimits limits) throws NotOurs {
        if (json.length > limits.fileBytesMax()) {
            throw new MalformedTokenizer(
                    "tokenizer.json", "has " + json.length + " bytes, allowed are " + limits.fileBytesMax());
        }
        int bad = Utf8.firstMalformed(json, 0, json.length);
        if (bad >= 0) {
            throw new MalformedTokenizer("tokenizer.json", "is not UTF-8 at byte " + bad);
        }
        for (int i = 0; i < Math.min(4, json.length); i++) {
            if (json[i] == 0) { // else the parser would take it for UTF-16 or UTF-32
                throw new MalformedTokenizer("tokenizer.json", "is not JSON in UTF-8: byte " + i + " is 0");
            }
        }
        TokenizerFile file = new TokenizerFile(limits);
        try (JsonParser parser = factory().createParser(json)) {
            file.parse(parser);
        } catch (JsonProcessingException e) {
            JsonLocation where = e.getLocation();
            String place = where == null ? "" : " at line " + where.getLineNr() + ", column " + where.getColumnNr();
            throw new MalformedTokenizer("tokenizer.json", "cannot be read" + place + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.definition();
    }

    private static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(NESTING_MAX)
                        .maxNumberLength(40)
                        .maxStringLength(1 << 20)
                        .build())
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
    }

    private void parse(JsonParser parser) throws IOException, NotOurs {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedTokenizer("tokenizer.json", "must be an object");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals("model")) {
                if (modelSeen) {
                    throw new MalformedTokenizer("model", "stands twice");
                }
                modelSeen = true;
                model.read(parser);
            } else if (TREES.contains(name)) {
                if (trees.put(name, JsonTree.read(parser, name)) != null) {
                    throw new MalformedTokenizer(name, "stands twice");
                }
            } else {
                parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw new MalformedTokenizer("tokenizer.json", "goes on after its end");
        }
    }

    private JsonTree tree(String name) {
        return trees.getOrDefault(name, new JsonTree(name, null));
    }

    private Definition definition() throws NotOurs {
        if (!modelSeen) {
            throw new MalformedTokenizer("model", "is missing");
        }
        boolean nfc = normalizer(tree("normalizer"));
        preTokenizer(tree("pre_tokenizer"));
        if (!byteLevel) {
            throw new NotOurs("pre_tokenizer does not end with ByteLevel");
        }
        postProcessor(tree("post_processor"));
        decoder(tree("decoder"));
        model.check();
        int[][] merges = model.mergeIds();
        return new Definition(
                model.tokens(),
                model.idOfByte(),
                merges[0],
                merges[1],
                merges[2],
                model.ignoreMerges(),
                addedTokens(),
                nfc,
                List.copyOf(stages),
                prefixStage,
                trimOffsets,
                keptPrefix);
    }

    private static boolean normalizer(JsonTree tree) throws NotOurs {
        return switch (tree.type()) {
            case "" -> false;
            case "NFC" -> true;
            case "Sequence" -> {
                boolean nfc = false;
                for (JsonTree part : tree.at("normalizers").list()) {
                    nfc |= normalizer(part);
                }
                yield nfc;
            }
            default -> throw new NotOurs(tree.place() + " is " + tree.type());
        };
    }

    private void preTokenizer(JsonTree tree) throws NotOurs {
        if (byteLevel) {
            throw new NotOurs(tree.place() + " comes after ByteLevel");
        }
        switch (tree.type()) {
            case "Sequence" -> {
                for (JsonTree part : tree.at("pretokenizers").list()) {
                    preTokenizer(part);
                }
            }
            case "Digits" ->
                stages.add(new DigitsScanner(tree.at("individual_digits").flag(false)));
            case "Split" -> stages.add(split(tree));
            case "ByteLevel" -> {
                byteLevel = true;
                if (tree.at("add_prefix_space").flag(true)) {
                    prefixStage = stages.size();
                }
                boolean pattern = tree.at("use_regex").flag(true);
                stages.add(pattern ? new GptScanner() : Scanner.WHOLE);
            }
            default -> throw new NotOurs(tree.place() + " is " + tree.type());
        }
    }

    private static Scanner split(JsonTree tree) throws NotOurs {
        JsonTree pattern = tree.at("pattern").at("Regex");
        if (pattern.absent()) {
            throw new NotOurs(tree.place() + ".pattern is not a Regex");
        }
        String behavior = tree.at("behavior").text();
        boolean invert = tree.at("invert").flag(false);
        // the known patterns leave nothing between two matches, so that keeping only matches keeps everything
        if (!(behavior.equals("Isolated") || (behavior.equals("Removed") && invert))) {
            throw new NotOurs(tree.place() + ".behavior is " + behavior);
        }
        Scanner scanner = SplitPatterns.find(pattern.text());
        if (scanner == null) {
            throw new NotOurs(pattern.place() + " has no scanner: " + ModelReader.shown(pattern.text()));
        }
        return scanner;
    }

    private void postProcessor(JsonTree tree) throws NotOurs {
        switch (tree.type()) {
            case "", "TemplateProcessing" -> {
                // adds special tokens only, which are never asked for here
            }
            case "ByteLevel" -> {
                if (trimOffsets) {
                    throw new NotOurs(tree.place() + " trims a second time");
                }
                trimOffsets = tree.at("trim_offsets").flag(true);
                keptPrefix = tree.at("add_prefix_space").flag(true);
            }
            case "Sequence" -> {
                for (JsonTree part : tree.at("processors").list()) {
                    postProcessor(part);
                }
            }
            default -> throw new NotOurs(tree.place() + " is " + tree.type());
        }
    }

    private static void decoder(JsonTree tree) throws NotOurs {
        switch (tree.type()) {
            case "ByteLevel" -> {}
            case "Sequence" -> {
                List<JsonTree> parts = tree.at("decoders").list();
                if (parts.size() != 1) {
                    throw new NotOurs(tree.place() + " has " + parts.size() + " parts");
                }
                decoder(parts.getFirst());
            }
            default -> throw new NotOurs(tree.place() + " is " + (tree.absent() ? "absent" : tree.type()));
        }
    }

    private List<AddedToken> addedTokens() throws NotOurs {
        List<JsonTree> items = tree("added_tokens").list();
        if (items.size() > limits.addedMax()) {
            throw new MalformedTokenizer(
                    "added_tokens", "has " + items.size() + " tokens, allowed are " + limits.addedMax());
        }
        List<AddedToken> all = new ArrayList<>(items.size());
        Set<String> contents = new HashSet<>();
        Map<Integer, String> ids = new HashMap<>();
        int last = -1;
        for (JsonTree item : items) {
            AddedToken token = addedToken(item);
            if (!contents.add(token.content())) {
                throw new MalformedTokenizer(item.place(), ModelReader.shown(token.content()) + " stands twice");
            }
            String before = ids.putIfAbsent(token.id(), token.content());
            String holder = before == null ? model.token(token.id()) : before;
            if (holder != null && !holder.equals(token.content())) {
                throw new MalformedTokenizer(
                        item.place(), "has id " + token.id() + ", which " + ModelReader.shown(holder) + " has too");
            }
            // the reference gives ids itself: the model's, else the next free one
            int size = model.ids().size();
            int given = model.ids().getOrDefault(token.content(), last >= size ? last + 1 : size);
            if (given != token.id()) {
                throw new NotOurs(item.place() + " has id " + token.id() + ", where its order would give " + given);
            }
            last = Math.max(last, given);
            all.add(token);
        }
        return List.copyOf(all);
    }

    private AddedToken addedToken(JsonTree item) {
        String content = item.at("content").text();
        if (content.isEmpty() || content.length() > limits.addedCharsMax()) {
            throw new MalformedTokenizer(
                    item.place() + ".content",
                    "has " + content.length() + " characters, allowed are 1 to " + limits.addedCharsMax());
        }
        if (Utf8.hasLoneSurrogate(content)) {
            throw new MalformedTokenizer(item.place() + ".content", "has half a surrogate pair");
        }
        boolean special = item.at("special").flag(false);
        return new AddedToken(
                item.at("id").id(limits.idMax()),
                content,
                item.at("single_word").flag(false),
                item.at("lstrip").flag(false),
                item.at("rstrip").flag(false),
                item.at("normalized").flag(!special),
                special);
    }
}
