package revontuli.cli.bench.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.CheckpointRejected;
import revontuli.causallm.Compute;
import revontuli.causallm.GoldenFolder;
import revontuli.causallm.LanguageModel;
import revontuli.causallm.MemoryBandwidth;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;
import revontuli.cli.bench.Machine;

/// `revontuli bench inference`: the engine beside llama.cpp and transformers, on the same weights.
@Command(
        name = "inference",
        mixinStandardHelpOptions = true,
        description = {
            "Measure decoding and prefill beside other engines, in turns, without speculation.",
            "With one thread the clock is the processor's, which a busy machine does not disturb; with more, the wall's."
                    + " The doors are measured by the wall clock with all processors."
                    + " Weights are generated below target/bench-inference, 5 GB. Exit code 1 when tokens depend on the"
                    + " batch."
        })
public final class InferenceCommand implements Callable<Integer> {
    private static final int SHARED = 512;
    private static final int OWN = 32;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--threads",
            defaultValue = "1",
            paramLabel = "N",
            description = "Threads of every engine (default: 1).")
    private int threads;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            paramLabel = "N",
            description = "Turns, 1 to 50; the doors, which take longest, have a third of them (default: 3).")
    private int rounds;

    @Option(
            names = "--steps",
            defaultValue = "5",
            paramLabel = "N",
            description = "Decoding steps a turn, 1 to 20 (default: 5).")
    private int steps;

    @Option(
            names = "--precision",
            defaultValue = "int8",
            paramLabel = "FORM",
            description = "f32, bf16, int8 or int4 (default: int8).")
    private String precision = "int8";

    @Option(
            names = "--shape",
            paramLabel = "NAME",
            description = "aurora_m_width or m164; may be repeated (default: both).")
    private List<String> shapes = List.of("aurora_m_width", "m164");

    @Option(
            names = "--llama",
            paramLabel = "DIR",
            description = "What infra/bench/llama_peer.sh made; without it llama.cpp is left out.")
    private @Nullable Path llama;

    @Option(
            names = "--python",
            paramLabel = "FILE",
            description = "A Python with torch and transformers; without it transformers is left out.")
    private @Nullable Path python;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The development data (default: ../shared/data of the project, where it is there).")
    private @Nullable Path data;

    @Option(
            names = "--parts",
            split = ",",
            defaultValue = "engines,model,golden,doors",
            paramLabel = "PART",
            description = "engines, model, golden, doors, with commas between (default: ${DEFAULT-VALUE}).")
    private List<Part> parts = List.of();

    /// What is measured.
    enum Part {
        /// Decoding and prefill beside other engines.
        ENGINES,
        /// The shipped model on natural text.
        MODEL,
        /// Logits against the reference.
        GOLDEN,
        /// The engine's rate through the gRPC door, with moderation and without.
        DOORS
    }

    @Override
    public Integer call() {
        if (threads < 1 || threads > 64 || rounds < 1 || rounds > 50 || steps < 1 || steps > 20) {
            throw CliException.usage("--threads 1 to 64, --rounds 1 to 50, --steps 1 to 20");
        }
        if (rounds * steps > 180) {
            throw CliException.usage("--rounds times --steps must be at most 180: streams grow by a token a step");
        }
        Compute compute = Compute.named(precision)
                .orElseThrow(() -> CliException.usage("--precision must be f32, bf16, int8 or int4"));
        Path root = Path.of(System.getProperty("revontuli.root", ""));
        Out out = json.out();
        ObjectNode result = new ObjectMapper().createObjectNode();
        try {
            result.put("threads", threads).put("clock", threads == 1 ? "processor" : "wall");
            double bandwidth = MemoryBandwidth.measured(threads);
            result.put("read_bytes_per_second", Math.round(bandwidth));
            for (BenchShape shape : BenchShape.values()) {
                if (parts.contains(Part.ENGINES) && shapes.contains(shape.label())) {
                    result.withObject("/shapes")
                            .set(shape.label(), shape(root, shape, compute, bandwidth, result, out));
                }
            }
            if (parts.contains(Part.MODEL)) {
                embedded(root, result, out);
            }
            if (parts.contains(Part.GOLDEN)) {
                result.put("max_logit_error", golden(root));
            }
            if (parts.contains(Part.DOORS)) {
                int all = Runtime.getRuntime().availableProcessors();
                new DoorBench(root, (rounds + 2) / 3, all, compute, out).measure(result);
            }
        } catch (CheckpointRejected e) {
            throw CliException.refused("cannot use a model: " + e.getMessage());
        }
        result.set("machine", Machine.here(root).json());
        out.json(result);
        return result.path("same_tokens_in_any_batch").asBoolean(true) ? ExitCode.OK : ExitCode.REFUSED;
    }

    private ObjectNode shape(Path root, BenchShape shape, Compute compute, double bandwidth, ObjectNode whole, Out out)
            throws CheckpointRejected {
        Path work = root.resolve("target/bench-inference");
        Map<String, EnginePeer> engines = new LinkedHashMap<>();
        try (OurEngine ours = new OurEngine(Checkpoint.open(shape.checkpoint(work)), compute, threads)) {
            engines.put("revontuli", ours);
            if (llama != null) {
                engines.put("q8", llama(shape, work, llama, "q8_0"));
                engines.put("q4", llama(shape, work, llama, "q4_0"));
            }
            if (python != null) {
                List<String> command = List.of(
                        python.toString(),
                        root.resolve("infra/bench/transformers_peer.py").toString(),
                        shape.checkpoint(work).toString(),
                        Integer.toString(threads));
                engines.put(
                        "transformers",
                        new ProcessPeer(
                                "transformers", "", command, Map.of("OMP_NUM_THREADS", Integer.toString(threads))));
            }
            ObjectNode result = new EngineBench(rounds, steps, out).compare(shape.label(), engines);
            double second =
                    result.path("ms_per_step").path("revontuli").path("1").asDouble() / 1000;
            double bytes = shape.weightsRead() * bytesOf(ours.model().compute());
            result.put("bandwidth_share", EngineBench.round(bytes / second / bandwidth));
            if (shape == BenchShape.M164) {
                whole.put("ttft_prefix_gain", prefixGain(ours));
            }
            return result;
        } finally {
            engines.values().forEach(EnginePeer::close);
        }
    }

    private static double bytesOf(Compute compute) {
        return switch (compute) {
            case F32 -> 4;
            case BF16 -> 2;
            case INT8 -> 1;
            case INT4 -> 0.625;
        };
    }

    private EnginePeer llama(BenchShape shape, Path work, Path folder, String type) throws CheckpointRejected {
        Path model = shape.gguf(work).resolveSibling(type + ".gguf");
        Path program = folder.resolve("llama_peer").toAbsolutePath();
        Map<String, String> environment =
                Map.of("GGML_DIR", folder.resolve("lib").toAbsolutePath().toString());
        try {
            if (!Files.exists(model)) {
                Process process = start(environment, program, shape.gguf(work), model, type);
                if (process.waitFor() != 0) {
                    throw CliException.refused("llama.cpp could not quantize " + model);
                }
            }
            String version = Files.readString(folder.resolve("version")).strip();
            return new ProcessPeer(
                    "llama.cpp " + type,
                    "llama.cpp " + version + " " + type + ", threads " + threads,
                    List.of(program.toString(), model.toString(), Integer.toString(threads)),
                    environment);
        } catch (IOException e) {
            throw CliException.refused("cannot run " + program + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.refused("interrupted");
        }
    }

    private static Process start(Map<String, String> environment, Path program, Path in, Path out, String type)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(program.toString(), "quantize", in.toString(), out.toString(), type).inheritIO();
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// Time to the first logits of 512 shared and 32 own ids, without the shared ones in a slot over with them.
    private double prefixGain(OurEngine ours) {
        int[] prompt = OurEngine.prompt(SHARED + OWN, 3);
        int[] own = OurEngine.prompt(OWN, 5);
        LanguageModel model = ours.model();
        double[] whole = new double[rounds + 2];
        double[] reused = new double[rounds + 2];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = ours.timed(() -> model.prefill(0, prompt, 0));
            reused[i] = ours.timed(() -> {
                model.copy(0, 1, SHARED);
                return model.prefill(1, own, SHARED);
            });
        }
        return EngineBench.round(EngineBench.median(whole) / EngineBench.median(reused));
    }

    private void embedded(Path root, ObjectNode result, Out out) throws CheckpointRejected {
        Path shared = data == null ? root.resolve("../shared/data").normalize() : data;
        EmbeddedModel model = new EmbeddedModel(root.resolve("infra/cli/src/main/dist/model"), shared, threads, out);
        if (model.hasTexts()) {
            model.measure(result);
        } else {
            out.line("no FLORES text at " + shared + ": the shipped model is left out");
        }
    }

    private double golden(Path root) throws CheckpointRejected {
        double worst = 0;
        try (Stream<Path> folders = Files.list(root.resolve("infra/causal-lm/src/test/resources/golden"))) {
            for (Path folder : folders.sorted().toList()) {
                worst = Math.max(worst, new GoldenFolder(folder).largestDifference(Compute.F32, threads));
            }
        } catch (IOException e) {
            throw CliException.refused("cannot read the golden checkpoints: " + e.getMessage());
        }
        return worst;
    }
}
