package revontuli.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;

/// `revontuli bench tokenizer`: our byte-level BPE beside other libraries.
@Command(
        name = "tokenizer",
        mixinStandardHelpOptions = true,
        description = {
            "Measure encoding beside other libraries, in turns, on one thread, by processor time.",
            "On GPT-2's vocabulary: JTokkit, DJL's binding and, with --python, tiktoken and tokenizers; on StarCoder's"
                    + " (where the development data is) and our own: DJL's binding and tokenizers. Exit code 1 when"
                    + " any ids differ."
        })
public final class TokenizerCommand implements Callable<Integer> {
    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--rounds",
            defaultValue = "5",
            paramLabel = "N",
            description = "Turns of each library with each text, 1 to 50 (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--python",
            paramLabel = "FILE",
            description = "A Python with the packages tokenizers and tiktoken; without it they are left out.")
    private @Nullable Path python;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The development data (default: ../shared/data of the project, where it is there).")
    private @Nullable Path data;

    @Override
    public Integer call() {
        if (rounds < 1 || rounds > 50) {
            throw CliException.usage("--rounds must be from 1 to 50");
        }
        Path root = Path.of(System.getProperty("revontuli.root", ""));
        Path shared = data == null ? root.resolve("../shared/data").normalize() : data;
        Out out = json.out();
        Map<String, List<String>> texts = TokenizerTexts.read(root, shared);
        TokenizerBench bench = new TokenizerBench(texts, rounds, out);
        byte[] ranks = Vocabularies.r50kRanks();
        byte[] r50k = Vocabularies.r50k(ranks);
        try (PythonPeers environment =
                python == null ? null : new PythonPeers(root, python, root.resolve("target/bench-tokenizer"))) {
            measure(bench, "r50k", r50k, ranks, environment);
            Path starCoder = shared.resolve("golden-tokenizer-ggml/ggml-vocab-refact.gguf");
            if (Files.exists(starCoder)) {
                measure(bench, "starcoder", Vocabularies.starCoder(starCoder), null, environment);
            }
            measure(
                    bench,
                    "own",
                    Files.readAllBytes(root.resolve("infra/cli/src/main/dist/model/tokenizer.json")),
                    null,
                    environment);
        } catch (IOException e) {
            throw CliException.refused("cannot read a vocabulary: " + e.getMessage());
        }
        try (TokenizerPeer ours = JvmPeers.ours(r50k)) {
            bench.hostile(ours);
        }
        ObjectNode result = bench.finish();
        result.set("machine", Machine.here(root).json());
        out.json(result);
        return result.path("identical_ids").asBoolean() ? ExitCode.OK : ExitCode.REFUSED;
    }

    /// @param ranks the same vocabulary as ranks, where other libraries take it so
    private static void measure(
            TokenizerBench bench,
            String name,
            byte[] tokenizerJson,
            byte @Nullable [] ranks,
            @Nullable PythonPeers environment) {
        List<TokenizerPeer> peers = new ArrayList<>();
        peers.add(JvmPeers.ours(tokenizerJson));
        peers.add(JvmPeers.djl(tokenizerJson));
        if (ranks != null) {
            peers.add(JvmPeers.jtokkit());
        }
        if (environment != null) {
            peers.add(environment.peer("tokenizers", tokenizerJson));
            if (ranks != null) {
                peers.add(environment.peer("tiktoken", ranks));
            }
        }
        try {
            bench.vocabulary(name, peers);
        } finally {
            peers.forEach(TokenizerPeer::close);
        }
    }
}
