package revontuli.cli.client;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.safety.v1.Action;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerateTextResponse;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.Verdict;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.offline.BulkModerate;

/// `revontuli moderate`: one text by the running service, or a whole file without one.
@Command(
        name = "moderate",
        mixinStandardHelpOptions = true,
        description = {
            "Judge text by the policy.",
            "One TEXT is judged by the running safety-svc (exit code 1 when it is blocked). With --in and --out a file of"
                    + " {\"id\",\"text\"} lines becomes one of {\"id\",\"action\",\"score\",\"scores\",\"spans\",\"policy\",\"rule\"} lines by the"
                    + " shipped policy, without any running service."
        })
public final class ModerateCommand implements Callable<Integer> {
    /// Which way the text goes.
    public enum Direction {
        PROMPT,
        OUTPUT
    }

    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Parameters(arity = "0..1", paramLabel = "TEXT", description = "Text to judge.")
    private @Nullable String text;

    @Option(
            names = "--direction",
            defaultValue = "prompt",
            paramLabel = "prompt|output",
            description = "From a person to the model, or back (default: ${DEFAULT-VALUE}).")
    private Direction direction = Direction.PROMPT;

    @Option(names = "--in", paramLabel = "F", description = "Lines of {\"id\",\"text\"}; - for standard input.")
    private @Nullable Path in;

    @Option(names = "--out", paramLabel = "G", description = "Verdicts, a line each; - for standard output.")
    private @Nullable Path output;

    @Override
    public Integer call() {
        if (in != null && output != null) {
            return BulkModerate.run(direction == Direction.PROMPT, in, output, options.out());
        }
        if (text == null) {
            throw CliException.usage("give a TEXT, or --in and --out");
        }
        try (Channels channels = options.channels("caller")) {
            ModerateTextResponse answer = ModerationServiceGrpc.newBlockingStub(channels.to(Service.SAFETY))
                    .moderateText(ModerateTextRequest.newBuilder()
                            .setText(text)
                            .setDirection(
                                    direction == Direction.PROMPT
                                            ? revontuli.api.safety.v1.Direction.DIRECTION_PROMPT
                                            : revontuli.api.safety.v1.Direction.DIRECTION_OUTPUT)
                            .build());
            show(options.out(), answer);
            options.out().jsonText(Wire.json(answer));
            boolean let = answer.getVerdict().getAction() == Action.ACTION_ALLOW
                    || answer.getVerdict().getAction() == Action.ACTION_REDACT;
            return let ? ExitCode.OK : ExitCode.REFUSED;
        }
    }

    private static void show(Out out, ModerateTextResponse answer) {
        Verdict verdict = answer.getVerdict();
        String action = verdict.getAction().name().substring("ACTION_".length()).toLowerCase(Locale.ROOT);
        boolean allowed = verdict.getAction() == Action.ACTION_ALLOW;
        out.line((allowed ? out.green(action) : out.yellow(action))
                + (verdict.getCategory().isEmpty()
                        ? ""
                        : "  " + verdict.getCategory() + ", rule " + verdict.getRule() + " (" + verdict.getStage()
                                + ")"));
        if (!answer.getRedactedText().isEmpty()) {
            out.line(answer.getRedactedText());
        }
        out.line(out.dim(verdict.getPolicy() + " " + verdict.getPolicyDigest()));
        if (!verdict.getPolicyOverride().isEmpty()) {
            out.line(out.dim(verdict.getPolicyOverride() + " " + verdict.getPolicyOverrideDigest()
                    + (verdict.getPolicyLoosened() ? "  milder than the policy" : "")));
        }
        if (!verdict.getReview().isEmpty()) {
            out.line("people will look at it: " + verdict.getReview());
        }
    }
}
