package revontuli.trainer.dataset;

import java.util.Map;
import java.util.TreeMap;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// A data set as token ids of one tokenizer: three artifacts.
///
/// `tokens`: all ids one after the other, little-endian 32-bit. `documents`: for each document its number of ids and
/// its number of UTF-8 bytes, little-endian 32-bit each. The index is this record, and its digest names the shard.
public record Shard(Digest dataset, Digest tokenizer, Parts parts, Counts counts) {
    public static final int BYTES_MAX = 4_096;
    private static final String KIND = "token-shard.v1";

    public record Parts(Digest tokens, Digest documents) {}

    public record Counts(long tokens, long documents, long textBytes) {}

    public byte[] index() {
        Map<String, String> fields = new TreeMap<>();
        fields.put("kind", KIND);
        fields.put("dataset", dataset.toString());
        fields.put("tokenizer", tokenizer.toString());
        fields.put("tokens", parts.tokens().toString());
        fields.put("documents", parts.documents().toString());
        fields.put("token_count", Long.toString(counts.tokens()));
        fields.put("document_count", Long.toString(counts.documents()));
        fields.put("text_byte_count", Long.toString(counts.textBytes()));
        return CanonicalJson.encode(Json.Fields.ofTexts(fields));
    }

    public static Shard parse(byte[] index) {
        Json.Fields in = CanonicalJson.parseFields(index);
        if (!in.text("kind").equals(KIND)) {
            throw new IllegalArgumentException("not a token shard");
        }
        return new Shard(
                Digest.parse(in.text("dataset")),
                Digest.parse(in.text("tokenizer")),
                new Parts(Digest.parse(in.text("tokens")), Digest.parse(in.text("documents"))),
                new Counts(
                        Json.parseNumber("token_count", in.text("token_count")),
                        Json.parseNumber("document_count", in.text("document_count")),
                        Json.parseNumber("text_byte_count", in.text("text_byte_count"))));
    }
}
