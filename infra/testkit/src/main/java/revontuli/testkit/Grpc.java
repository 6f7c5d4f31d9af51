package revontuli.testkit;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.ConfigProvider;

/// Calls the service under test over a real socket.
public final class Grpc {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final ManagedChannel PLAIN = open();

    private Grpc() {}

    /// Channel of one of the [TestCallers].
    public static Channel as(String name) {
        return withKey(TestCallers.apiKey(name));
    }

    /// Channel with any text as its key.
    public static Channel withKey(String key) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + key);
        return ClientInterceptors.intercept(PLAIN, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /// Channel without a key.
    public static Channel anonymous() {
        return PLAIN;
    }

    /// What a call was refused with; fails if it was not.
    public static Refused refusedBy(Supplier<?> call) {
        try {
            Object answer = call.get();
            throw new AssertionError("not refused, answered: " + answer);
        } catch (StatusRuntimeException e) {
            return Refused.of(e);
        }
    }

    /// Code, reason and details of a refused call.
    public record Refused(Status.Code code, String reason, String message, Map<String, String> details) {
        public static Refused of(Throwable thrown) {
            Status status = Status.fromThrowable(thrown);
            com.google.rpc.Status proto = StatusProto.fromThrowable(thrown);
            String message = status.getDescription() == null ? "" : status.getDescription();
            if (proto != null) {
                for (Any detail : proto.getDetailsList()) {
                    if (detail.is(ErrorInfo.class)) {
                        return of(status, message, detail);
                    }
                }
            }
            return new Refused(status.getCode(), "", message, Map.of());
        }

        private static Refused of(Status status, String message, Any detail) {
            try {
                ErrorInfo info = detail.unpack(ErrorInfo.class);
                return new Refused(status.getCode(), info.getReason(), message, info.getMetadataMap());
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("malformed ErrorInfo", e);
            }
        }
    }

    private static ManagedChannel open() {
        int port = ConfigProvider.getConfig().getValue("quarkus.grpc.server.test-port", Integer.class);
        return ManagedChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .maxInboundMessageSize(16 * 1024 * 1024)
                .build();
    }
}
