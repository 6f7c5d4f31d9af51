package revontuli.platform.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.jboss.logging.Logger;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;

/// The one place where a [Fault] becomes a gRPC status (`google.rpc.Status` with one `ErrorInfo`).
final class GrpcFaults {
    private static final Logger LOG = Logger.getLogger(GrpcFaults.class);
    private static final Duration RETRY_AFTER =
            Duration.newBuilder().setSeconds(1).build();

    private GrpcFaults() {}

    static Code codeOf(Fault fault) {
        return switch (fault) {
            case Fault.NotFound _ -> Code.NOT_FOUND;
            case Fault.Invalid _ -> Code.INVALID_ARGUMENT;
            case Fault.Conflict _ -> Code.FAILED_PRECONDITION;
            case Fault.AlreadyExists _ -> Code.ALREADY_EXISTS;
            case Fault.Refused _ -> Code.PERMISSION_DENIED;
            case Fault.Unauthenticated _ -> Code.UNAUTHENTICATED;
            case Fault.Exhausted _ -> Code.RESOURCE_EXHAUSTED;
            case Fault.Unavailable _ -> Code.UNAVAILABLE;
            case Fault.Aborted _ -> Code.ABORTED;
            case Fault.DeadlineExceeded _ -> Code.DEADLINE_EXCEEDED;
            case Fault.Unimplemented _ -> Code.UNIMPLEMENTED;
        };
    }

    /// Status for whatever was thrown; an unknown failure tells the caller nothing and the log everything.
    static StatusRuntimeException toStatus(String domain, Throwable thrown) {
        return switch (thrown) {
            case StatusRuntimeException already -> already;
            case FaultException failure -> StatusProto.toStatusRuntimeException(toProto(domain, failure.fault()));
            default -> {
                LOG.error("unmapped failure", thrown);
                yield io.grpc.Status.INTERNAL.withDescription("internal error").asRuntimeException();
            }
        };
    }

    static Status toProto(String domain, Fault fault) {
        Status.Builder status = Status.newBuilder()
                .setCode(codeOf(fault).getNumber())
                .setMessage(fault.message())
                .addDetails(packed(
                        "ErrorInfo",
                        ErrorInfo.newBuilder()
                                .setReason(fault.reason())
                                .setDomain(domain)
                                .putAllMetadata(fault.details())
                                .build()));
        if (fault instanceof Fault.Invalid(var _, var message, var details) && details.containsKey("field")) {
            status.addDetails(packed(
                    "BadRequest",
                    BadRequest.newBuilder()
                            .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                    .setField(details.getOrDefault("field", ""))
                                    .setDescription(message))
                            .build()));
        }
        if (fault.passing()) {
            status.addDetails(packed(
                    "RetryInfo",
                    RetryInfo.newBuilder().setRetryDelay(RETRY_AFTER).build()));
        }
        return status.build();
    }

    /// The reason that a status carries, else the name of its code.
    static String reasonOf(io.grpc.Status status, Metadata trailers) {
        Status details = StatusProto.fromStatusAndTrailers(status, trailers);
        if (details != null) {
            for (Any detail : details.getDetailsList()) {
                if (detail.getTypeUrl().endsWith("/google.rpc.ErrorInfo")) {
                    try {
                        return ErrorInfo.parseFrom(detail.getValue()).getReason();
                    } catch (InvalidProtocolBufferException _) {
                        break; // not one of ours
                    }
                }
            }
        }
        return status.getCode().name();
    }

    /// As `Any.pack`, which looks the type up by reflection: an executable would need every such type declared.
    private static Any packed(String type, MessageLite message) {
        return Any.newBuilder()
                .setTypeUrl("type.googleapis.com/google.rpc." + type)
                .setValue(message.toByteString())
                .build();
    }
}
