package revontuli.cli.client;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.text.ParseException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.GetStateAsOfRequest;
import revontuli.api.safety.v1.ModelAsOf;
import revontuli.api.safety.v1.StateAsOf;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Out;
import revontuli.cli.Service;

/// `revontuli audit as-of`: which policy, models and approvals were in force at a time.
@Command(
        name = "as-of",
        mixinStandardHelpOptions = true,
        description = "Show which policy, models and approvals were in force at a time, as the log has it.")
public final class AuditAsOf implements Callable<Integer> {
    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Parameters(paramLabel = "TIME", description = "Such as 2026-11-25T12:00:00Z.")
    private String time = "";

    @Option(names = "--model", paramLabel = "M", description = "Only models/{id}.")
    private String model = "";

    @Override
    public Integer call() {
        GetStateAsOfRequest request = GetStateAsOfRequest.newBuilder()
                .setTime(time("TIME", time))
                .setModel(model)
                .build();
        try (Channels channels = options.channels("auditor")) {
            StateAsOf state = AuditLogServiceGrpc.newBlockingStub(channels.to(Service.SAFETY))
                    .getStateAsOf(request);
            print(options.out(), state);
            options.out().jsonText(Wire.json(state));
            return ExitCode.OK;
        }
    }

    static Timestamp time(String option, String text) {
        try {
            return Timestamps.parse(text);
        } catch (ParseException e) {
            throw CliException.usage(option + ": " + e.getMessage());
        }
    }

    /// The state, for people.
    public static void print(Out out, StateAsOf state) {
        out.line(
                state.hasPolicy()
                        ? "policy " + state.getPolicy().getName()
                                + out.dim("  since "
                                        + Timestamps.toString(state.getPolicy().getSince()) + "  record "
                                        + state.getPolicy().getRecordIndex())
                        : "no policy was in force");
        Table table = new Table("model", "", "admission", "since", "record", "signed by");
        for (ModelAsOf one : state.getModelsList()) {
            table.row(
                    one.getName(),
                    one.getCurrent() ? "current" : "",
                    one.getAdmission(),
                    Timestamps.toString(one.getSince()),
                    Long.toString(one.getRecordIndex()),
                    String.join(", ", one.getApprovalsList()));
        }
        table.print(out);
    }
}
