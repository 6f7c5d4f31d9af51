package revontuli.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import revontuli.bpe.BpeTokenizer;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.IoReason;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;

/// `revontuli bench tokenizer`: our byte-level BPE beside other libraries.
@Command(
        name = "tokenizer",
        mixinStandardHelpOptions = true,
        description = {
            "Measure encoding beside other libraries, in turns, on one thread, by processor time.",
            "On GPT-2's vocabulary: JTokkit, DJL's binding and, where a Python has them, tiktoken and tokenizers; on"
                    + " StarCoder's (where the development data is) and our own: DJL's binding and tokenizers. Then hostile"
                    + " texts, batches over gRPC to tokenizer-svc, and one long document. Exit code 1 when any ids differ."
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

    /// What can be run apart.
    enum Part {
        PEERS,
        HOSTILE,
        SERVICE,
        DOCUMENT
    }

    @Option(
            names = "--parts",
            split = ",",
            defaultValue = "peers,hostile,service,document",
            paramLabel = "PART",
            description = "Which parts, with commas between: peers (other libraries), hostile (texts that are hard),"
                    + " service (batches over gRPC), document (one long one) (default: ${DEFAULT-VALUE}).")
    private Set<Part> parts = Set.of();

    @Option(
            names = "--python",
            paramLabel = "FILE",
            description =
                    "A Python with the packages tokenizers and tiktoken (default: target/bench-python/bin/python or"
                            + " python3, if they have them; else both are left out).")
    private @Nullable Path python;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The development data (default: ../shared/data of the project, where it is there).")
    private @Nullable Path data;

    @Option(
            names = "--document-bytes",
            defaultValue = "1000000000",
            paramLabel = "N",
            description = "Length of the streamed document, 1000000 to 100000000000 (default: ${DEFAULT-VALUE}).")
    private long documentBytes;

    @Option(
            names = "--no-service",
            description = "Leave out what needs tokenizer-svc: batches and the document over gRPC.")
    private boolean noService;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Also write the page there (Markdown), and beside it the JSON.")
    private @Nullable Path page;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description =
                    "Folder for the service's data and logs; what is in it is deleted (default: target/bench of the"
                            + " project).")
    private @Nullable Path home;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (rounds < 1 || rounds > 50) {
            throw CliException.usage("--rounds must be from 1 to 50");
        }
        if (documentBytes < 1_000_000 || documentBytes > 100_000_000_000L) {
            throw CliException.usage("--document-bytes must be from 1000000 to 100000000000");
        }
        Path root = Path.of(System.getProperty("revontuli.root", ""));
        Path shared = data == null ? root.resolve("../shared/data").normalize() : data;
        Out out = json.out();
        Machine machine = Machine.here(root);
        TokenizerBench bench = new TokenizerBench(TokenizerTexts.read(root, shared), rounds, out);
        byte[] own = own(root);
        if (parts.contains(Part.PEERS)) {
            peers(bench, root, shared, own);
        }
        if (parts.contains(Part.HOSTILE)) {
            hostile(bench, "r50k", Vocabularies.r50k(Vocabularies.r50kRanks()));
            hostile(bench, "own", own);
        }
        BpeTokenizer tokenizer = JvmPeers.read(own);
        boolean document = parts.contains(Part.DOCUMENT);
        if (!noService && (document || parts.contains(Part.SERVICE))) {
            Path folder = home == null ? root.resolve("target/bench") : home;
            try (ServedTokenizer served = ServedTokenizer.start(root, folder, own, out)) {
                if (parts.contains(Part.SERVICE)) {
                    bench.served(served, tokenizer);
                }
                if (document) {
                    bench.document(documentBytes, tokenizer, served);
                }
            }
        } else if (document) {
            bench.document(documentBytes, tokenizer, null);
        }
        ObjectNode result = bench.finish();
        result.set("machine", machine.json());
        out.json(result);
        if (page != null) {
            TokenizerPage.write(
                    page,
                    result,
                    machine,
                    "infra/revontuli "
                            + String.join(
                                    " ",
                                    spec.root().commandLine().getParseResult().originalArgs()));
        }
        return result.path("identical_ids").asBoolean() ? ExitCode.OK : ExitCode.REFUSED;
    }

    private void peers(TokenizerBench bench, Path root, Path shared, byte[] own) {
        Optional<Path> environment = PythonPeers.find(root, python);
        if (environment.isEmpty()) {
            json.out()
                    .note(
                            "tiktoken and tokenizers of Python are left out; so they are found: python3 -m venv"
                                    + " target/bench-python && target/bench-python/bin/pip install --no-deps tokenizers tiktoken regex");
        }
        byte[] ranks = Vocabularies.r50kRanks();
        try (PythonPeers peers = environment
                .map(path -> new PythonPeers(root, path, root.resolve("target/bench-tokenizer")))
                .orElse(null)) {
            measure(bench, "r50k", Vocabularies.r50k(ranks), ranks, peers);
            Path starCoder = shared.resolve("golden-tokenizer-ggml/ggml-vocab-refact.gguf");
            if (Files.exists(starCoder)) {
                measure(bench, "starcoder", Vocabularies.starCoder(starCoder), null, peers);
            }
            measure(bench, "own", own, null, peers);
        }
    }

    private static byte[] own(Path root) {
        Path file = root.resolve("infra/cli/src/main/dist/model/tokenizer.json");
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw CliException.refused("cannot read " + file + ": " + IoReason.of(e));
        }
    }

    private static void hostile(TokenizerBench bench, String vocabulary, byte[] tokenizerJson) {
        try (TokenizerPeer ours = JvmPeers.ours(tokenizerJson)) {
            bench.hostile(vocabulary, ours);
        }
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
