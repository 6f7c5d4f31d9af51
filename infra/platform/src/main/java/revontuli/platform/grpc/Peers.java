package revontuli.platform.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import revontuli.platform.PlatformConfig;

/// Channels to the other services, with this service's key. One channel a peer, made at first use, closed at the end.
@ApplicationScoped
public class Peers {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TENANT =
            Metadata.Key.of("x-revontuli-tenant", Metadata.ASCII_STRING_MARSHALLER);
    private static final int MESSAGE_BYTES_MAX = 16 * 1024 * 1024;

    private final PlatformConfig config;
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

    Peers(PlatformConfig config) {
        this.config = config;
    }

    /// Channel to a peer by its name (`tokenizer`, `inference`, `safety`, `trainer`), acting for a tenant.
    public Channel to(String peer, String tenant) {
        return ClientInterceptors.intercept(channels.computeIfAbsent(peer, this::open), new Credential(key(), tenant));
    }

    @PreDestroy
    void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }

    private ManagedChannel open(String peer) {
        String address = config.peers().addresses().get(peer);
        if (address == null) {
            throw new IllegalStateException("revontuli.platform.peers.addresses." + peer + " is not set");
        }
        return ManagedChannelBuilder.forTarget(address)
                .usePlaintext()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build();
    }

    private String key() {
        try {
            return Files.readString(config.peers()
                            .apiKeyFile()
                            .orElseThrow(() ->
                                    new IllegalStateException("revontuli.platform.peers.api-key-file is not set")))
                    .strip();
        } catch (IOException e) {
            throw new IllegalStateException("revontuli.platform.peers.api-key-file cannot be read", e);
        }
    }

    private record Credential(String key, String tenant) implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    headers.put(AUTHORIZATION, "Bearer " + key);
                    headers.put(TENANT, tenant);
                    super.start(listener, headers);
                }
            };
        }
    }
}
