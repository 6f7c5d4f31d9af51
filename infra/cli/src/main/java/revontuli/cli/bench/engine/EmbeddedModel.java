package revontuli.cli.bench.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.CheckpointRejected;
import revontuli.causallm.Compute;
import revontuli.causallm.LanguageModel;
import revontuli.causallm.PromptLookup;
import revontuli.causallm.Sampler;
import revontuli.causallm.Sampling;
import revontuli.cli.Out;
import revontuli.cli.offline.TokenizerFolder;
import revontuli.tokenizer.encode.Codec;

/// What is measured on the shipped model and natural text: the error of the rounded forms, whether tokens depend on the
/// batch, and what guessing gains.
final class EmbeddedModel {
    private static final Map<String, String> FLORES = new TreeMap<>(
            Map.of("en", "eng_Latn", "fi", "fin_Latn", "hi", "hin_Deva", "ja", "jpn_Jpan", "vi", "vie_Latn"));
    private static final int SENTENCES = 100;
    private static final int NEW_TOKENS = 48;
    private static final int GUESSES = 7;

    private final Path folder;
    private final Path flores;
    private final int threads;
    private final Out out;

    EmbeddedModel(Path folder, Path data, int threads, Out out) {
        this.folder = folder;
        this.flores = data.resolve("flores200/dev");
        this.threads = threads;
        this.out = out;
    }

    boolean hasTexts() {
        return Files.isDirectory(flores);
    }

    void measure(ObjectNode result) throws CheckpointRejected {
        Checkpoint checkpoint = Checkpoint.open(folder);
        int positions = checkpoint.config().positionsMax();
        boolean same = true;
        double gain = 0;
        double accepted = 0;
        try (TokenizerFolder tokenizer = TokenizerFolder.open(folder)) {
            Map<String, List<int[]>> texts = texts(tokenizer.codec(), positions);
            Map<String, Double> exact = new TreeMap<>();
            for (Compute compute : Compute.values()) {
                try (LanguageModel model = LanguageModel.open(checkpoint, 8, positions, threads, compute)) {
                    perplexities(model, texts, exact, result);
                    same &= sameTokens(model, texts);
                    if (compute == Compute.F32) {
                        double[] found = speculation(model, texts);
                        gain = found[0];
                        accepted = found[1];
                    }
                }
            }
        }
        result.put("same_tokens_in_any_batch", same);
        result.put("speculation_gain", EngineBench.round(gain));
        result.put("speculation_accepted_per_step", EngineBench.round(accepted));
        out.line("same tokens in any batch %s, speculation %.2f times, %.2f guesses accepted a step"
                .formatted(same, gain, accepted));
    }

    private Map<String, List<int[]>> texts(Codec codec, int positions) {
        Map<String, List<int[]>> all = new TreeMap<>();
        FLORES.forEach((language, file) -> {
            try {
                List<int[]> rows = new ArrayList<>();
                for (String line : Files.readAllLines(flores.resolve(file + ".dev"))) {
                    int[] ids = codec.encode(line, false, false).ids();
                    if (ids.length > 16 && rows.size() < SENTENCES) {
                        rows.add(Arrays.copyOf(ids, Math.min(ids.length, positions)));
                    }
                }
                all.put(language, rows);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return all;
    }

    /// Perplexity of each language, and how far the rounded forms lie from f32, in per cent.
    private void perplexities(
            LanguageModel model, Map<String, List<int[]>> texts, Map<String, Double> exact, ObjectNode result) {
        ObjectNode into = result.withObject("/perplexity/" + model.compute().text());
        ObjectNode errors =
                result.withObject("/perplexity_error_percent/" + model.compute().text());
        texts.forEach((language, rows) -> {
            double sum = 0;
            long tokens = 0;
            for (int[] row : rows) {
                sum -= Arrays.stream(model.score(row)).sum();
                tokens += row.length - 1;
            }
            double perplexity = Math.exp(sum / tokens);
            double reference = exact.computeIfAbsent(language, unseen -> perplexity);
            double error = 100 * (perplexity / reference - 1);
            into.put(language, EngineBench.round(perplexity));
            errors.put(language, EngineBench.round(error));
            out.line("perplexity %-5s %s %10.2f  %+.3f %%"
                    .formatted(model.compute().text(), language, perplexity, error));
        });
    }

    private static boolean sameTokens(LanguageModel model, Map<String, List<int[]>> texts) {
        List<int[]> prompts = new ArrayList<>();
        texts.values().forEach(rows -> prompts.addAll(rows.subList(0, 2)));
        int[] slots = {0, 1, 2, 3, 4, 5, 6, 7};
        int[][] together = generate(model, slots, prompts.subList(0, 8).toArray(int[][]::new));
        boolean same = true;
        for (int i = 0; i < slots.length; i++) {
            int[][] alone = generate(model, new int[] {7 - i}, new int[][] {prompts.get(i)});
            same &= Arrays.equals(alone[0], together[i]);
        }
        return same;
    }

    private static int[][] generate(LanguageModel model, int[] slots, int[][] prompts) {
        int[][] tokens = new int[slots.length][NEW_TOKENS];
        Sampler[] samplers = new Sampler[slots.length];
        for (int i = 0; i < slots.length; i++) {
            samplers[i] = sampler(model, i == 0 ? prompts[0].length : prompts[i].length);
            int[] prompt = Arrays.copyOf(prompts[i], 16);
            tokens[i][0] = samplers[i].next(model.prefill(slots[i], prompt, 0));
        }
        for (int step = 1; step < NEW_TOKENS; step++) {
            int at = step;
            int[] last = Arrays.stream(tokens).mapToInt(row -> row[at - 1]).toArray();
            float[][] logits = model.decode(slots, last);
            for (int i = 0; i < slots.length; i++) {
                tokens[i][step] = samplers[i].next(logits[i]);
            }
        }
        return tokens;
    }

    private static Sampler sampler(LanguageModel model, long seed) {
        return new Sampler(new Sampling(0.8, 0, 0.95, 1, seed), model.config().vocabularySize());
    }

    /// How many times faster greedy decoding of one stream is with guesses from the text, and guesses accepted a step;
    /// wall clock, medians over prompts, which are sentences.
    private static double[] speculation(LanguageModel model, Map<String, List<int[]>> texts) {
        List<Double> gains = new ArrayList<>();
        long accepted = 0;
        long steps = 0;
        for (List<int[]> rows : texts.values()) {
            for (int[] row : rows.subList(0, 4)) {
                int[] prompt = Arrays.copyOf(row, Math.min(row.length, 64));
                long begin = System.nanoTime();
                int[] plain = greedy(model, prompt, 0)[0];
                long middle = System.nanoTime();
                int[][] guessed = greedy(model, prompt, GUESSES);
                long end = System.nanoTime();
                if (!Arrays.equals(plain, guessed[0])) {
                    throw new IllegalStateException("guessing changed the tokens");
                }
                gains.add((double) (middle - begin) / (end - middle));
                accepted += guessed[1][0];
                steps += guessed[1][1];
            }
        }
        return new double[] {
            EngineBench.median(gains.stream().mapToDouble(Double::doubleValue).toArray()), (double) accepted / steps
        };
    }

    /// The tokens; guesses accepted and steps made.
    private static int[][] greedy(LanguageModel model, int[] prompt, int guesses) {
        int[] ids = Arrays.copyOf(prompt, prompt.length + NEW_TOKENS + GUESSES);
        int length = prompt.length;
        Sampler sampler = new Sampler(Sampling.GREEDY, model.config().vocabularySize());
        ids[length++] = sampler.next(model.prefill(0, prompt, 0));
        int accepted = 0;
        int steps = 0;
        while (length < prompt.length + NEW_TOKENS) {
            int[] guess = guesses == 0 ? new int[0] : PromptLookup.guess(ids, length, guesses);
            int[] tokens = new int[guess.length + 1];
            tokens[0] = ids[length - 1];
            System.arraycopy(guess, 0, tokens, 1, guess.length);
            float[][] logits = model.decode(new int[] {0}, new int[][] {tokens})[0];
            steps++;
            int row = 0;
            int next = sampler.next(logits[row]);
            ids[length++] = next;
            while (row < guess.length && next == guess[row] && length < ids.length) {
                accepted++;
                next = sampler.next(logits[++row]);
                ids[length++] = next;
            }
            model.truncate(0, length - 1);
        }
        return new int[][] {Arrays.copyOfRange(ids, prompt.length, prompt.length + NEW_TOKENS), {accepted, steps}};
    }
}
