package revontuli.platform.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Attributes;
import io.grpc.BinaryLog;
import io.grpc.Channel;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.arc.Unremovable;
import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import revontuli.platform.PlatformConfig;
import revontuli.platform.audit.CallRecords;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;

/// Answers a request that is no message of its method (cut off, not protobuf, text that is not UTF-8) with
/// `INVALID_ARGUMENT` and the reason UNREADABLE_REQUEST. The library itself answers `UNKNOWN` and names nothing.
///
/// The same place sees how every call ends, refused by whom it may be, and has it recorded ([CallRecords]).
///
/// The library reads requests before interceptors and services exist for them, so the only public place to stand is
/// the one made for binary logs, which may put its own readers in front of every method.
@Unremovable
@ApplicationScoped
class ReadableRequests implements ServerBuilderCustomizer<VertxServerBuilder> {
    /// Where the interceptor leaves the caller, so that the call's end is recorded under its name.
    static final Attributes.Key<AtomicReference<Caller>> CALLER = Attributes.Key.create("revontuli-caller");

    private final String domain;
    private final CallRecords records;

    ReadableRequests(PlatformConfig config, CallRecords records) {
        this.domain = config.service();
        this.records = records;
    }

    @Override
    public void customize(GrpcServerConfiguration config, VertxServerBuilder builder) {
        builder.setBinaryLog(new BinaryLog() {
            @Override
            public <Q, A> ServerMethodDefinition<?, ?> wrapMethodDefinition(ServerMethodDefinition<Q, A> method) {
                return guarded(method);
            }

            @Override
            public Channel wrapChannel(Channel channel) {
                return channel;
            }

            @Override
            public void close() {}
        });
    }

    /// A request, or why there is none.
    private record Read<Q>(@Nullable Q request, @Nullable StatusRuntimeException unreadable) {}

    private <Q, A> ServerMethodDefinition<Read<Q>, A> guarded(ServerMethodDefinition<Q, A> method) {
        MethodDescriptor<Q, A> plain = method.getMethodDescriptor();
        MethodDescriptor<Read<Q>, A> reading = plain.toBuilder(
                        new Reader<>(plain.getRequestMarshaller(), domain), plain.getResponseMarshaller())
                .build();
        ServerCallHandler<Read<Q>, A> handler = (call, headers) -> {
            PlainCall<Q, A> inner = new PlainCall<>(call, plain, records);
            return new Guard<>(method.getServerCallHandler().startCall(inner, headers), inner);
        };
        return ServerMethodDefinition.create(reading, handler);
    }

    private record Reader<Q>(MethodDescriptor.Marshaller<Q> plain, String domain)
            implements MethodDescriptor.Marshaller<Read<Q>> {
        @Override
        public InputStream stream(Read<Q> value) {
            throw new UnsupportedOperationException("a server writes no requests");
        }

        @Override
        public Read<Q> parse(InputStream stream) {
            try {
                return new Read<>(plain.parse(stream), null);
            } catch (StatusRuntimeException e) {
                String why = e.getCause() instanceof InvalidProtocolBufferException malformed
                        ? String.valueOf(malformed.getMessage())
                        : "it cannot be read";
                return new Read<>(
                        null,
                        GrpcFaults.toStatus(
                                domain,
                                Fault.invalid(
                                        "UNREADABLE_REQUEST",
                                        "request",
                                        "not a message of this method, or text in it is not UTF-8 (" + why + ")")));
            }
        }
    }

    /// The call as the service knows it.
    private static final class PlainCall<Q, A> extends ForwardingServerCall<Q, A> {
        private final ServerCall<Read<Q>, A> call;
        private final MethodDescriptor<Q, A> method;
        private final CallRecords records;
        private final AtomicReference<Caller> caller = new AtomicReference<>();
        private volatile boolean closed;

        PlainCall(ServerCall<Read<Q>, A> call, MethodDescriptor<Q, A> method, CallRecords records) {
            this.call = call;
            this.method = method;
            this.records = records;
        }

        @Override
        public Attributes getAttributes() {
            return call.getAttributes().toBuilder().set(CALLER, caller).build();
        }

        @Override
        @SuppressWarnings("unchecked") // everything but requests passes through, and those only by the guard
        protected ServerCall<Q, A> delegate() {
            return (ServerCall<Q, A>) (ServerCall<?, A>) call;
        }

        @Override
        public MethodDescriptor<Q, A> getMethodDescriptor() {
            return method;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            closed = true;
            record(status, trailers);
            super.close(status, trailers);
        }

        /// Health and reflection are no calls of the API; whoever went away was not refused.
        private void record(Status status, Metadata trailers) {
            String name = method.getFullMethodName();
            if (name.startsWith("grpc.") || status.getCode() == Status.Code.CANCELLED) {
                return;
            }
            if (status.isOk()) {
                records.answered(caller.get(), name);
            } else {
                records.refused(caller.get(), name, GrpcFaults.reasonOf(status, trailers));
            }
        }
    }

    /// Lets readable requests through; after the first other one the service hears of a cancelled call and no more.
    private static final class Guard<Q, A> extends ServerCall.Listener<Read<Q>> {
        private final ServerCall.Listener<Q> service;
        private final PlainCall<Q, A> call;
        private boolean ended;

        Guard(ServerCall.Listener<Q> service, PlainCall<Q, A> call) {
            this.service = service;
            this.call = call;
        }

        @Override
        public void onMessage(Read<Q> read) {
            Q request = read.request();
            StatusRuntimeException unreadable = read.unreadable();
            if (ended) {
                return;
            }
            if (request != null) {
                service.onMessage(request);
            } else if (unreadable != null) {
                ended = true;
                if (!call.closed) {
                    Metadata trailers = unreadable.getTrailers();
                    call.close(unreadable.getStatus(), trailers == null ? new Metadata() : trailers);
                }
                service.onCancel();
            }
        }

        @Override
        public void onHalfClose() {
            if (!ended) {
                service.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            if (!ended) {
                service.onCancel();
            }
        }

        @Override
        public void onComplete() {
            if (!ended) {
                service.onComplete();
            }
        }

        @Override
        public void onReady() {
            if (!ended) {
                service.onReady();
            }
        }
    }
}
