package revontuli.safety.encoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import revontuli.transparency.crypto.Digest;

/// A Hugging Face sequence classifier from a directory: `config.json`, `tokenizer.json`, and `model.safetensors` of the
/// families BERT, DistilBERT, RoBERTa and XLM-RoBERTa, or `model.onnx` of any. A pickle is never read, nothing in the
/// directory is run, and a graph reads no other file.
public final class SequenceClassifier {
    private static final long JSON_BYTES_MAX = 64L << 20;
    private static final String SAFETENSORS = "model.safetensors";
    private static final String ONNX = "model.onnx";

    private final Outputs outputs;
    private final EncoderTokens tokens;
    private final Logits encoder;
    private final Map<String, Digest> digests;

    private SequenceClassifier(Outputs outputs, EncoderTokens tokens, Logits encoder, Map<String, Digest> digests) {
        this.outputs = outputs;
        this.tokens = tokens;
        this.encoder = encoder;
        this.digests = digests;
    }

    /// Opens a directory; reads and checks everything before it returns.
    ///
    /// @throws DirectoryRejected saying which file and field, and what to do
    public static SequenceClassifier open(Path directory) {
        Path weights = weights(directory);
        byte[] configBytes = json(directory, "config.json");
        byte[] tokenizerBytes = json(directory, "tokenizer.json");
        Outputs outputs = Outputs.parse(configBytes);
        EncoderTokens tokens = EncoderTokens.parse(tokenizerBytes, outputs.vocabulary());
        Logits encoder = weights.endsWith(ONNX)
                ? OnnxGraph.open(weights, outputs.labels().size(), outputs.tokensMax())
                : new Encoder(EncoderConfig.parse(configBytes), outputs.labels().size(), Tensors.open(weights));
        Map<String, Digest> digests = new TreeMap<>();
        digests.put("config", Digest.of(configBytes));
        digests.put("tokenizer", Digest.of(tokenizerBytes));
        digests.put("weights", digest(weights));
        return new SequenceClassifier(outputs, tokens, encoder, digests);
    }

    /// The file of weights: safetensors, where both are there.
    private static Path weights(Path directory) {
        for (String name : List.of(SAFETENSORS, ONNX)) {
            if (Files.isRegularFile(directory.resolve(name))) {
                return directory.resolve(name);
            }
        }
        if (Files.exists(directory.resolve("model.safetensors.index.json"))) {
            throw new DirectoryRejected(
                    "SHARDS_UNSUPPORTED", directory + ": weights in several files; save them as one model.safetensors");
        }
        if (Files.exists(directory.resolve("pytorch_model.bin"))) {
            throw new DirectoryRejected(
                    "PICKLE_REFUSED",
                    directory + ": a pickle can run code and is never read; save as model.safetensors");
        }
        throw new DirectoryRejected("FILE_MISSING", directory + ": there is no model.safetensors and no model.onnx");
    }

    private static byte[] json(Path directory, String name) {
        Path file = directory.resolve(name);
        try {
            if (Files.size(file) > JSON_BYTES_MAX) {
                throw new DirectoryRejected("FILE_TOO_LARGE", name + ": over " + JSON_BYTES_MAX + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new DirectoryRejected("FILE_MISSING", name + ": is not there or cannot be read");
        }
    }

    private static Digest digest(Path file) {
        try (java.io.InputStream in = Files.newInputStream(file)) {
            java.security.MessageDigest hash = java.security.MessageDigest.getInstance("SHA-256");
            byte[] some = new byte[1 << 16];
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                hash.update(some, 0, n);
            }
            return Digest.parse("sha256:" + java.util.HexFormat.of().formatHex(hash.digest()));
        } catch (IOException | java.security.NoSuchAlgorithmException e) {
            throw new DirectoryRejected("FILE_UNREADABLE", file.getFileName() + ": cannot be read");
        }
    }

    /// Names of the outputs.
    public List<String> labels() {
        return outputs.labels();
    }

    /// Digests of the files, by role: config, tokenizer, weights.
    public Map<String, Digest> digests() {
        return digests;
    }

    /// A probability for each label; of a longer text than the model takes, its beginning counts.
    public double[] probabilities(String text) {
        float[] logits = encoder.logits(tokens.ids(text, outputs.tokensMax()));
        double[] out = new double[logits.length];
        double sum = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new IllegalStateException("the classifier gave a score that is no number");
            }
            most = Math.max(most, logit);
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = outputs.several() ? 1 / (1 + StrictMath.exp(-logits[i])) : StrictMath.exp(logits[i] - most);
            sum += out[i];
        }
        for (int i = 0; i < out.length && !outputs.several(); i++) {
            out[i] /= sum;
        }
        return out;
    }

    /// For tests against the reference implementation.
    int[] ids(String text) {
        return tokens.ids(text, outputs.tokensMax());
    }

    float[] logits(int[] ids) {
        return encoder.logits(ids);
    }
}
