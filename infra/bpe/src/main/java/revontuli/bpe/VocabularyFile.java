package revontuli.bpe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Writes a learned vocabulary as a `tokenizer.json`.
final class VocabularyFile {
    private final VocabularyPlan plan;

    VocabularyFile(VocabularyPlan plan) {
        this.plan = plan;
    }

    static List<Scanner> stages(VocabularyPlan.Split split) {
        return switch (split) {
            case GPT2 -> List.of(new GptScanner());
            case STARCODER -> List.of(new DigitsScanner(true), new GptScanner());
            case LLAMA3 -> List.of(new LineScanner(CodePoints.LETTER, 3));
            case QWEN2 -> List.of(new LineScanner(CodePoints.LETTER, 1));
            case O200K -> List.of(new CamelScanner(true, 3));
        };
    }

    byte[] write(PairMerging merging) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("version", "1.0");
            json.writeNullField("truncation");
            json.writeNullField("padding");
            added(json);
            json.writeNullField("normalizer");
            json.writeFieldName("pre_tokenizer");
            preTokenizer(json);
            json.writeNullField("post_processor");
            json.writeFieldName("decoder");
            byteLevel(json, true);
            model(json, merging);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void added(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("added_tokens");
        for (int id = 0; id < plan.specials().size(); id++) {
            json.writeStartObject();
            json.writeNumberField("id", id);
            json.writeStringField("content", plan.specials().get(id));
            for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
                json.writeBooleanField(flag, false);
            }
            json.writeBooleanField("special", true);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void preTokenizer(JsonGenerator json) throws IOException {
        switch (plan.split()) {
            case GPT2 -> byteLevel(json, true);
            case STARCODER -> {
                startSequence(json);
                json.writeStartObject();
                json.writeStringField("type", "Digits");
                json.writeBooleanField("individual_digits", true);
                json.writeEndObject();
                byteLevel(json, true);
                endSequence(json);
            }
            case LLAMA3 -> split(json, SplitPatterns.LLAMA3);
            case QWEN2 -> split(json, SplitPatterns.QWEN2);
            case O200K -> split(json, SplitPatterns.O200K);
        }
    }

    private static void split(JsonGenerator json, String pattern) throws IOException {
        startSequence(json);
        json.writeStartObject();
        json.writeStringField("type", "Split");
        json.writeObjectFieldStart("pattern");
        json.writeStringField("Regex", pattern);
        json.writeEndObject();
        json.writeStringField("behavior", "Isolated");
        json.writeBooleanField("invert", false);
        json.writeEndObject();
        byteLevel(json, false);
        endSequence(json);
    }

    private static void startSequence(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "Sequence");
        json.writeArrayFieldStart("pretokenizers");
    }

    private static void endSequence(JsonGenerator json) throws IOException {
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void byteLevel(JsonGenerator json, boolean pattern) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "ByteLevel");
        json.writeBooleanField("add_prefix_space", false);
        json.writeBooleanField("trim_offsets", true);
        json.writeBooleanField("use_regex", pattern);
        json.writeEndObject();
    }

    private void model(JsonGenerator json, PairMerging merging) throws IOException {
        json.writeObjectFieldStart("model");
        json.writeStringField("type", "BPE");
        for (String unset : new String[] {"dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"}) {
            json.writeNullField(unset);
        }
        for (String flag : new String[] {"fuse_unk", "byte_fallback", "ignore_merges"}) {
            json.writeBooleanField(flag, false);
        }
        json.writeObjectFieldStart("vocab");
        for (int id = 0; id < plan.specials().size(); id++) {
            json.writeNumberField(plan.specials().get(id), id);
        }
        for (int id = 0; id < merging.tokenCount(); id++) {
            json.writeNumberField(merging.spelled(id), plan.specials().size() + id);
        }
        json.writeEndObject();
        json.writeArrayFieldStart("merges");
        for (int rank = 0; rank < merging.mergeCount(); rank++) {
            json.writeStartArray();
            json.writeString(merging.spelled(merging.merge(rank)[0]));
            json.writeString(merging.spelled(merging.merge(rank)[1]));
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
