package revontuli.cli;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ForwardingClientCall;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import revontuli.embedded.Waiting;

/// Connections to the services of one stack, with one person's API key on every call.
public final class Channels implements AutoCloseable {
    private static final int MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
    /// Room for answers in flight; the transport's own 64 KiB would stop and go within one batch.
    private static final int WINDOW_BYTES = 1 << 20;
    private static final Duration CONNECT_POLL = Duration.ofMillis(2);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final StackFile stack;
    private final String apiKey;
    private final Map<Service, ManagedChannel> open = new EnumMap<>(Service.class);

    private Channels(StackFile stack, String apiKey) {
        this.stack = stack;
        this.apiKey = apiKey;
    }

    public static Channels open(Home home, ClientCredential credential) {
        return new Channels(StackFile.get(home), credential.apiKey());
    }

    /// For a key that has no file, such as one just created.
    public static Channels open(Home home, String apiKey) {
        return new Channels(StackFile.get(home), apiKey);
    }

    /// The channel to a service; made at first use.
    public synchronized Channel to(Service service) {
        ManagedChannel channel = open.computeIfAbsent(service, this::connect);
        return ClientInterceptors.intercept(channel, new ApiKey());
    }

    /// Connects to a service now, so that the first call does not wait for it; false if that takes longer.
    public boolean connect(Service service, Duration limit) {
        ManagedChannel channel;
        synchronized (this) {
            channel = open.computeIfAbsent(service, this::connect);
        }
        return Waiting.until(limit, CONNECT_POLL, () -> channel.getState(true) == ConnectivityState.READY);
    }

    @Override
    public synchronized void close() {
        open.values().forEach(ManagedChannel::shutdown);
        for (ManagedChannel channel : open.values()) {
            try {
                if (!channel.awaitTermination(3, TimeUnit.SECONDS)) {
                    channel.shutdownNow();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                channel.shutdownNow();
            }
        }
    }

    private ManagedChannel connect(Service service) {
        return OkHttpChannelBuilder.forTarget(stack.grpcAddress(service), InsecureChannelCredentials.create())
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .flowControlWindow(WINDOW_BYTES)
                .build();
    }

    private final class ApiKey implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return new ForwardingClientCall.SimpleForwardingClientCall<Q, A>(next.newCall(method, options)) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    headers.put(AUTHORIZATION, "Bearer " + apiKey);
                    super.start(listener, headers);
                }
            };
        }
    }
}
