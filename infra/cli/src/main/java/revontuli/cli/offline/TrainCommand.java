package revontuli.cli.offline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.bpe.VocabularyLearner;
import revontuli.bpe.VocabularyPlan;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.IoReason;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;
import revontuli.transparency.crypto.Digest;

/// `revontuli tokenizer train`: learns a vocabulary from text and writes it as a `tokenizer.json`.
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Learn a byte-level BPE vocabulary from text: DIR/tokenizer.json, which Hugging Face tokenizers loads too.",
            "The same text and options give the same bytes, whatever the order of the files and the number of threads."
                    + " Every text can be encoded with it: all 256 bytes are tokens."
        })
public final class TrainCommand implements Callable<Integer> {
    private static final int TEXT_BYTES_MAX = 16 << 20;
    /// Memory that a different word takes while it is counted and merged, as measured, with room.
    private static final int WORD_BYTES = 600;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(
            arity = "1..*",
            paramLabel = "CORPUS",
            description =
                    "*.jsonl with a {\"id\",\"text\"} a line, other files as plain UTF-8 text, or folders of *.jsonl and *.txt.")
    private final List<Path> corpus = new ArrayList<>();

    @Option(
            names = "--size",
            required = true,
            paramLabel = "N",
            description = "Tokens in all: special tokens, 256 bytes, and what is learned. A corpus may give fewer.")
    private int size;

    @Option(
            names = "--special",
            paramLabel = "TEXT",
            description = "A special token, repeatable; the first gets id 0. Text never becomes one.")
    private final List<String> specials = new ArrayList<>();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for tokenizer.json; made if missing.")
    private Path out = Path.of("");

    @Option(names = "--force", description = "Replace a tokenizer.json that is there already.")
    private boolean force;

    @Option(
            names = "--split",
            defaultValue = "STARCODER",
            paramLabel = "S",
            description =
                    "How text is cut into words: ${COMPLETION-CANDIDATES}; STARCODER is GPT2 with every digit alone"
                            + " (default: ${DEFAULT-VALUE}).")
    private VocabularyPlan.Split split = VocabularyPlan.Split.STARCODER;

    @Option(
            names = "--pair-count-min",
            defaultValue = "2",
            paramLabel = "N",
            description = "Pairs that occur less often are not merged (default: ${DEFAULT-VALUE}).")
    private long pairCountMin;

    @Option(
            names = "--token-bytes-max",
            defaultValue = "64",
            paramLabel = "N",
            description = "Bytes of the longest token that is learned, 2 to 1024 (default: ${DEFAULT-VALUE}).")
    private int tokenBytesMax;

    @Option(
            names = "--corpus-bytes-max",
            defaultValue = "1099511627776",
            paramLabel = "N",
            description = "Refuse more text than this (default: 1 TiB).")
    private long corpusBytesMax;

    @Option(
            names = "--words-max",
            paramLabel = "N",
            description = "Refuse more different words than this (default: what fits into memory).")
    private @Nullable Integer wordsMax;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that count words (default: one a processor).")
    private @Nullable Integer threads;

    @Override
    public Integer call() throws InterruptedException {
        Out screen = json.out();
        Path file = out.resolve("tokenizer.json");
        if (Files.exists(file) && !force) {
            throw CliException.usage(file + " is there already: choose another --out, or --force to replace it");
        }
        int counting = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (counting < 1 || counting > 256) {
            throw CliException.usage("--threads must be from 1 to 256");
        }
        TextCorpus texts = TextCorpus.of(corpus, TEXT_BYTES_MAX);
        long total = texts.bytes();
        long began = System.nanoTime();
        VocabularyLearner.Learned learned;
        try {
            learned = new VocabularyLearner(
                            new VocabularyPlan(size, pairCountMin, specials, split, tokenBytesMax),
                            new VocabularyLearner.Limits(TEXT_BYTES_MAX, corpusBytesMax, words()))
                    .learn(texts, counting, progress(screen, total));
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
        write(file, learned.tokenizerJson());
        ObjectNode result = LineFiles.JSON.createObjectNode();
        result.put("file", file.toString());
        result.put("digest", Digest.of(learned.tokenizerJson()).toString());
        result.put("tokens", learned.tokens());
        result.put("specials", specials.size());
        result.put("merges", learned.merges());
        result.put("corpus_bytes", total);
        result.put("seconds", Math.round((System.nanoTime() - began) / 1e7) / 100.0);
        screen.line(file + " " + result.path("digest").asText());
        screen.line(learned.tokens() + " tokens: " + specials.size() + " special, 256 bytes, " + learned.merges()
                + " learned from " + megabytes(total) + " in "
                + result.path("seconds").asText() + " s");
        if (learned.tokens() < size) {
            screen.note("no pair is left that occurs " + pairCountMin + " times: " + (size - learned.tokens())
                    + " tokens fewer than --size");
        }
        screen.json(result);
        return ExitCode.OK;
    }

    private int words() {
        if (wordsMax != null && wordsMax < 1) {
            throw CliException.usage("--words-max must be at least 1");
        }
        return wordsMax == null
                ? (int) Math.min(50_000_000, Runtime.getRuntime().maxMemory() / WORD_BYTES)
                : wordsMax;
    }

    private static VocabularyLearner.Progress progress(Out screen, long total) {
        return new VocabularyLearner.Progress() {
            @Override
            public void counted(long bytes) {
                screen.progress("counting words: " + megabytes(bytes) + " of about " + megabytes(total));
            }

            @Override
            public void merged(int merges, int most) {
                screen.progress("merging: " + merges + " of at most " + most);
            }
        };
    }

    private void write(Path file, byte[] bytes) {
        Path part = out.resolve("tokenizer.json.part");
        try {
            Files.createDirectories(out);
            Files.write(part, bytes);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw CliException.usage("cannot write " + file + ": " + IoReason.of(e));
        }
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
