package revontuli.causallm;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Everything this project does with DJL's native libraries once, errors included; run by [JniNeedsTest] in a JVM of
/// its own.
final class JniTour {
    private static final String TOKENIZER = """
            {"version":"1.0","truncation":null,"padding":null,
             "added_tokens":[{"id":3,"content":"<|end|>","single_word":false,"lstrip":false,"rstrip":false,
                              "normalized":false,"special":true}],
             "normalizer":null,"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true},
             "post_processor":null,"decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true},
             "model":{"type":"BPE","dropout":null,"unk_token":null,"vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}
            """;

    private JniTour() {}

    public static void main(String[] arguments) throws IOException, CheckpointRejected {
        Path folder = Path.of(arguments[0]);
        engine(folder);
        tokenizers();
    }

    private static void engine(Path folder) throws IOException, CheckpointRejected {
        Path model = Files.createDirectories(folder.resolve("model"));
        TestModels.exported(model, TestModels.TINY, Precision.F32);
        try (TrainingSession session = TestModels.session(1)) {
            int[] text = TestModels.text(20, 3);
            session.step(new int[][] {text}, 1e-3);
            session.evaluate(text);
            session.save(folder.resolve("state.safetensors"), Map.of());
        }
        TrainingSession.resume(folder.resolve("state.safetensors"), 1).close();
        for (Compute compute : Compute.values()) {
            try (LanguageModel loaded =
                    LanguageModel.open(Checkpoint.open(model), 2, 32, 1, compute, Device.automatic())) {
                loaded.prefill(0, TestModels.text(8, 1), 0);
                loaded.decode(new int[] {0}, new int[] {1});
                loaded.score(TestModels.text(8, 2));
                System.out.println(loaded.engine());
            }
        }
        try (Torch torch = Torch.load(TestModels.TINY, Compute.F32, 1)) {
            torch.zeros(-1, 1); // the engine's own complaint crosses JNI too
        } catch (RuntimeException expected) {
            System.out.println("engine says: " + expected.getClass().getName());
        }
    }

    private static void tokenizers() throws IOException {
        try (HuggingFaceTokenizer tokenizer = open(TOKENIZER)) {
            long[] ids = tokenizer.encode("abba <|end|> ä", false, false).getIds();
            tokenizer.encode("ab", false, false).getCharTokenSpans();
            tokenizer.batchEncode(new String[] {"a", "b"}, false, false);
            System.out.println(tokenizer.decode(ids, true));
        }
        try {
            open("{\"version\":\"1.0\"}").close();
        } catch (RuntimeException expected) {
            System.out.println("tokenizers say: " + expected.getClass().getName());
        }
    }

    private static HuggingFaceTokenizer open(String json) throws IOException {
        return HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false"));
    }
}
