package revontuli.cli.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import revontuli.api.tokenizer.v1.AddedToken;
import revontuli.api.tokenizer.v1.CreateTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.DescribeTokenizerRequest;
import revontuli.api.tokenizer.v1.GetTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.GetTokenizerRequest;
import revontuli.api.tokenizer.v1.ListTokenizersRequest;
import revontuli.api.tokenizer.v1.ListTokenizersResponse;
import revontuli.api.tokenizer.v1.RegisterTemplateRequest;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.Template;
import revontuli.api.tokenizer.v1.TemplateFrame;
import revontuli.api.tokenizer.v1.TokenizeTask;
import revontuli.api.tokenizer.v1.TokenizeTaskServiceGrpc;
import revontuli.api.tokenizer.v1.TokenizeTaskState;
import revontuli.api.tokenizer.v1.Tokenizer;
import revontuli.api.tokenizer.v1.TokenizerDescription;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.IoReason;
import revontuli.cli.Out;
import revontuli.cli.Service;

/// `revontuli tokenizers`: what tokenizers there are, and new ones.
@Command(
        name = "tokenizers",
        mixinStandardHelpOptions = true,
        description =
                "Tokenizers as contracts: register one, list them, tell everything about one, make a token shard.",
        subcommands = {
            TokenizersCommand.ListAll.class,
            TokenizersCommand.Get.class,
            TokenizersCommand.Describe.class,
            TokenizersCommand.Register.class,
            TokenizersCommand.RegisterTemplate.class,
            TokenizersCommand.Shard.class
        })
public final class TokenizersCommand extends Group {

    @Command(name = "register", mixinStandardHelpOptions = true, description = "Bring a tokenizer.json into the suite.")
    static final class Register implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "tokenizers/{id}")
        private String name = "";

        @Parameters(index = "1", paramLabel = "FILE", description = "A tokenizer.json.")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                Tokenizer tokenizer = TokenizerServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER))
                        .registerTokenizer(RegisterTokenizerRequest.newBuilder()
                                .setName(name)
                                .setTokenizerJson(ByteString.copyFrom(Files.readAllBytes(file)))
                                .build());
                options.out().line(tokenizer.getName() + " " + tokenizer.getDigest());
                options.out().jsonText(Wire.json(tokenizer));
                return ExitCode.OK;
            } catch (IOException e) {
                throw CliException.usage("cannot read " + file + ": " + IoReason.of(e));
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the registered tokenizers.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Mixin
        private final PageOptions page = new PageOptions();

        @Override
        public Integer call() {
            try (Channels channels = options.channels("caller")) {
                ListTokenizersResponse answer = TokenizerServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER))
                        .listTokenizers(ListTokenizersRequest.newBuilder()
                                .setPageSize(page.size())
                                .setPageToken(page.token())
                                .build());
                Table table = new Table("name", "tokens", "digest");
                for (Tokenizer tokenizer : answer.getTokenizersList()) {
                    table.row(
                            tokenizer.getName(),
                            Integer.toString(tokenizer.getVocabularySize()),
                            tokenizer.getDigest());
                    options.out().jsonText(Wire.json(tokenizer));
                }
                table.print(options.out());
                page.more(options.out(), answer.getNextPageToken());
                return ExitCode.OK;
            }
        }
    }

    @Command(name = "get", mixinStandardHelpOptions = true, description = "Show one tokenizer.")
    static final class Get implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "NAME", description = "tokenizers/{id}")
        private String name = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("caller")) {
                Tokenizer tokenizer = TokenizerServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER))
                        .getTokenizer(
                                GetTokenizerRequest.newBuilder().setName(name).build());
                options.out().line(tokenizer.getName() + " " + tokenizer.getDigest());
                options.out()
                        .line(tokenizer.getVocabularySize() + " tokens, " + tokenizer.getSpecialTokensCount()
                                + " of them special");
                options.out().jsonText(Wire.json(tokenizer));
                return ExitCode.OK;
            }
        }
    }

    @Command(
            name = "describe",
            mixinStandardHelpOptions = true,
            description =
                    "Tell everything about a tokenizer: which code serves it, its steps, added tokens, templates.")
    static final class Describe implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "NAME", description = "tokenizers/{id}")
        private String name = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("caller")) {
                TokenizerDescription described = TokenizerServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER))
                        .describeTokenizer(DescribeTokenizerRequest.newBuilder()
                                .setName(name)
                                .build());
                print(described, options.out());
                options.out().jsonText(Wire.json(described));
                return ExitCode.OK;
            }
        }

        private static void print(TokenizerDescription described, Out out) {
            Tokenizer tokenizer = described.getTokenizer();
            out.line(tokenizer.getName() + " " + tokenizer.getDigest());
            out.line(described.getModelKind() + ", " + tokenizer.getVocabularySize() + " tokens, served by "
                    + servedBy(described));
            out.line("normalizer " + orNone(described.getNormalizer()) + ", pre-tokenizer "
                    + orNone(described.getPreTokenizer()) + ", decoder " + orNone(described.getDecoder()));
            out.line(
                    described.getDocumentBytesMax() == 0
                            ? "documents of any size"
                            : "documents up to " + described.getDocumentBytesMax() + " bytes");
            Table tokens = new Table("id", "added token", "flags");
            for (AddedToken token : described.getAddedTokensList()) {
                tokens.row(Integer.toString(token.getId()), token.getText(), flags(token));
            }
            tokens.print(out);
            Table templates = new Table("template", "version", "digest");
            described
                    .getTemplatesList()
                    .forEach(template -> templates.row(
                            template.getName(), Integer.toString(template.getVersion()), template.getDigest()));
            templates.print(out);
        }

        private static String servedBy(TokenizerDescription described) {
            return switch (described.getServingPath()) {
                case SERVING_PATH_OWN_BPE -> "the suite's own BPE";
                case SERVING_PATH_HUGGING_FACE_LIBRARY -> "the Hugging Face library";
                case SERVING_PATH_UNSPECIFIED, UNRECOGNIZED -> "an unknown path";
            };
        }

        private static String orNone(String step) {
            return step.isEmpty() ? "none" : step;
        }

        private static String flags(AddedToken token) {
            List<String> flags = new ArrayList<>();
            if (token.getSpecial()) {
                flags.add("special");
            }
            if (token.getSingleWord()) {
                flags.add("single_word");
            }
            if (token.getLstrip()) {
                flags.add("lstrip");
            }
            if (token.getRstrip()) {
                flags.add("rstrip");
            }
            if (token.getNormalized()) {
                flags.add("normalized");
            }
            return String.join(" ", flags);
        }
    }

    @Command(
            name = "register-template",
            mixinStandardHelpOptions = true,
            description = {
                "Register a chat template for a tokenizer; other bytes under the same name become the next version.",
                "FILE is a frame as JSON, such as {\"begin\":[{\"token\":\"<|endoftext|>\"}],\"roles\":[{\"role\":\"CHAT_ROLE_USER\","
                        + "\"before\":[{\"text\":\"user: \"}],\"after\":[{\"text\":\"\\n\"}]}],\"answer\":[{\"text\":\"assistant: \"}]}."
            })
    static final class RegisterTemplate implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "tokenizers/{id}/templates/{id}")
        private String name = "";

        @Parameters(index = "1", paramLabel = "FILE", description = "A frame as JSON.")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            TemplateFrame frame = Wire.merge(Wire.read(file), TemplateFrame.newBuilder(), file.toString())
                    .build();
            try (Channels channels = options.channels("operator")) {
                Template template = TokenizerServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER))
                        .registerTemplate(RegisterTemplateRequest.newBuilder()
                                .setName(name)
                                .setFrame(frame)
                                .build());
                options.out()
                        .line(template.getName() + " version " + template.getVersion() + " " + template.getDigest());
                options.out().jsonText(Wire.json(template));
                return ExitCode.OK;
            }
        }
    }

    @Command(
            name = "shard",
            mixinStandardHelpOptions = true,
            description = "Make the token shard of a data set's file by a tokenizer, and wait for it.")
    static final class Shard implements Callable<Integer> {
        private static final long LOOK_EVERY_MS = 500;

        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "tokenizers/{id}")
        private String name = "";

        @Parameters(index = "1", paramLabel = "DIGEST", description = "Digest of the file; `data list` shows it.")
        private String dataset = "";

        @Override
        public Integer call() throws InterruptedException {
            try (Channels channels = options.channels("operator")) {
                String digest = TokenizerServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER))
                        .getTokenizer(
                                GetTokenizerRequest.newBuilder().setName(name).build())
                        .getDigest();
                TokenizeTaskServiceGrpc.TokenizeTaskServiceBlockingStub tasks =
                        TokenizeTaskServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER));
                TokenizeTask task = tasks.createTokenizeTask(CreateTokenizeTaskRequest.newBuilder()
                        .setDatasetDigest(dataset)
                        .setTokenizerDigest(digest)
                        .build());
                while (!ended(task)) {
                    options.out()
                            .progress(task.getName() + ": " + task.getDocumentCount() + " documents, "
                                    + task.getTokenCount() + " tokens");
                    Thread.sleep(LOOK_EVERY_MS);
                    task = tasks.getTokenizeTask(GetTokenizeTaskRequest.newBuilder()
                            .setName(task.getName())
                            .build());
                }
                options.out().jsonText(Wire.json(task));
                if (task.getState() == TokenizeTaskState.TOKENIZE_TASK_STATE_FAILED) {
                    throw CliException.refused(task.getReason() + ": " + task.getMessage());
                }
                options.out()
                        .line(task.getShardDigest() + ": " + task.getDocumentCount() + " documents, "
                                + task.getTokenCount() + " tokens, " + task.getTextByteCount() + " bytes of text, "
                                + task.getBadLineCount() + " bad lines left out");
                return ExitCode.OK;
            }
        }

        private static boolean ended(TokenizeTask task) {
            return task.getState() == TokenizeTaskState.TOKENIZE_TASK_STATE_DONE
                    || task.getState() == TokenizeTaskState.TOKENIZE_TASK_STATE_FAILED;
        }
    }
}
