package revontuli.cli;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/// Every end of a verb that is not its result: a sentence on standard error and an exit code.
final class Failures implements CommandLine.IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult result) throws Exception {
        Out out = Out.standard(false);
        switch (thrown) {
            case CliException end -> {
                out.error("revontuli: " + end.getMessage());
                return end.exitCode();
            }
            case StatusRuntimeException refused -> {
                out.error("revontuli: " + describe(refused));
                return exitCode(refused.getStatus());
            }
            default -> {
                if (Boolean.getBoolean("revontuli.debug")) {
                    throw thrown;
                }
                out.error("revontuli: " + message(thrown) + " (REVONTULI_DEBUG=1 shows where)");
                return ExitCode.REFUSED;
            }
        }
    }

    static String describe(StatusRuntimeException refused) {
        Status status = refused.getStatus();
        StringBuilder text = new StringBuilder(status.getCode().name());
        text.append(": ")
                .append(status.getDescription() == null ? withoutReason(status.getCode()) : status.getDescription());
        com.google.rpc.Status details = StatusProto.fromThrowable(refused);
        if (details != null) {
            for (Any detail : details.getDetailsList()) {
                append(text, detail);
            }
        }
        return text.toString();
    }

    private static String withoutReason(Status.Code code) {
        return code == Status.Code.UNAVAILABLE
                ? "the service does not answer; `revontuli status` tells whether it starts or stops"
                : "no reason given";
    }

    private static void append(StringBuilder text, Any detail) {
        if (!detail.is(ErrorInfo.class)) {
            return;
        }
        try {
            ErrorInfo reason = detail.unpack(ErrorInfo.class);
            Map<String, String> metadata = new TreeMap<>(reason.getMetadataMap());
            text.append(" [").append(reason.getReason()).append(" from ").append(reason.getDomain());
            metadata.forEach(
                    (name, value) -> text.append(", ").append(name).append('=').append(value));
            text.append(']');
        } catch (InvalidProtocolBufferException _) {
            text.append(" [unreadable detail]");
        }
    }

    private static int exitCode(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED -> ExitCode.UNAVAILABLE;
            default -> ExitCode.REFUSED;
        };
    }

    private static String message(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.getClass().getSimpleName() : message;
    }
}
