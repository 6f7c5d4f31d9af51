package revontuli.safety.encoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import revontuli.transparency.crypto.Digest;

/// A Hugging Face sequence classifier from a directory: `config.json`, `tokenizer.json`, `model.safetensors`, of the
/// families BERT, DistilBERT, RoBERTa and XLM-RoBERTa. A pickle is never read, and nothing in the directory is run.
public final class SequenceClassifier {
    private static final long JSON_BYTES_MAX = 64L << 20;

    private final EncoderConfig config;
    private final EncoderTokens tokens;
    private final Encoder encoder;
    private final Map<String, Digest> digests;

    private SequenceClassifier(
            EncoderConfig config, EncoderTokens tokens, Encoder encoder, Map<String, Digest> digests) {
        this.config = config;
        this.tokens = tokens;
        this.encoder = encoder;
        this.digests = digests;
    }

    /// Opens a directory; reads and checks everything before it returns.
    ///
    /// @throws DirectoryRejected saying which file and field, and what to do
    public static SequenceClassifier open(Path directory) {
        requireReadable(directory);
        byte[] configBytes = json(directory, "config.json");
        EncoderConfig config = EncoderConfig.parse(configBytes);
        byte[] tokenizerBytes = json(directory, "tokenizer.json");
        EncoderTokens tokens =
                EncoderTokens.parse(tokenizerBytes, config.sizes().vocabulary());
        Path weights = directory.resolve("model.safetensors");
        Encoder encoder = new Encoder(config, Tensors.open(weights));
        Map<String, Digest> digests = new TreeMap<>();
        digests.put("config", Digest.of(configBytes));
        digests.put("tokenizer", Digest.of(tokenizerBytes));
        digests.put("weights", digest(weights));
        return new SequenceClassifier(config, tokens, encoder, digests);
    }

    private static void requireReadable(Path directory) {
        if (Files.isRegularFile(directory.resolve("model.safetensors"))) {
            return;
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
        if (Files.exists(directory.resolve("model.onnx"))) {
            throw new DirectoryRejected(
                    "ONNX_UNSUPPORTED", directory + ": ONNX is not read here; save the model as model.safetensors");
        }
        throw new DirectoryRejected("FILE_MISSING", directory + ": there is no model.safetensors");
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
            throw new DirectoryRejected("FILE_UNREADABLE", "model.safetensors: cannot be read");
        }
    }

    /// Names of the outputs.
    public List<String> labels() {
        return config.labels();
    }

    /// Digests of the files, by role: config, tokenizer, weights.
    public Map<String, Digest> digests() {
        return digests;
    }

    /// A probability for each label; of a longer text than the model takes, its beginning counts.
    public double[] probabilities(String text) {
        float[] logits = encoder.logits(tokens.ids(text, config.tokensMax()));
        double[] out = new double[logits.length];
        double sum = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = config.several() ? 1 / (1 + StrictMath.exp(-logits[i])) : StrictMath.exp(logits[i] - most);
            sum += out[i];
        }
        for (int i = 0; i < out.length && !config.several(); i++) {
            out[i] /= sum;
        }
        return out;
    }

    /// For tests against the reference implementation.
    int[] ids(String text) {
        return tokens.ids(text, config.tokensMax());
    }

    float[] logits(int[] ids) {
        return encoder.logits(ids);
    }
}
