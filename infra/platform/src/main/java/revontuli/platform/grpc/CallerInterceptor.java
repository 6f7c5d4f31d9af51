package revontuli.platform.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import revontuli.platform.PlatformConfig;
import revontuli.platform.caller.BearerKeys;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.lifecycle.Calls;

/// Lets in who has a key and a role for the method; everything else is refused before the body is read.
///
/// The key is looked up off the event loop only when it is not at hand: lookups are cached, a miss costs one indexed
/// query.
@GlobalInterceptor
@ApplicationScoped
class CallerInterceptor implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TENANT =
            Metadata.Key.of("x-revontuli-tenant", Metadata.ASCII_STRING_MARSHALLER);

    private final BearerKeys keys;
    private final MethodRoles methods;
    private final Calls calls;
    private final String domain;

    CallerInterceptor(BearerKeys keys, MethodRoles methods, Calls calls, PlatformConfig config) {
        this.keys = keys;
        this.methods = methods;
        this.calls = calls;
        this.domain = config.service();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        if (method.startsWith("grpc.")) { // health and reflection
            return next.startCall(call, headers);
        }
        try {
            calls.requireOpen();
            Caller caller = admit(method, headers, call.getAttributes().get(ReadableRequests.CALLER));
            Context context = Context.current().withValue(CallContext.CALLER, caller);
            return Contexts.interceptCall(context, call, headers, next);
        } catch (FaultException refused) {
            StatusRuntimeException status = GrpcFaults.toStatus(domain, refused);
            Metadata trailers = status.getTrailers() == null ? new Metadata() : status.getTrailers();
            call.close(status.getStatus(), trailers);
            return new ServerCall.Listener<>() {};
        }
    }

    /// The caller, if the method is open to it. `known` is filled as soon as the caller is known, so that a missing
    /// role is recorded under its name.
    private Caller admit(String method, Metadata headers, @Nullable AtomicReference<Caller> known) {
        Caller caller = keys.authenticate(headers.get(AUTHORIZATION));
        String tenant = headers.get(TENANT);
        Caller acting = tenant != null && caller.has(Role.SERVICE) ? caller.onBehalfOf(tenant) : caller;
        if (known != null) {
            known.set(acting);
        }
        Set<Role> open = methods.of(method).orElseThrow(() -> new Fault.Refused(
                        "METHOD_NOT_OPEN", method + " is open to nobody", Map.of("method", method))
                .toException());
        if (caller.roles().stream().noneMatch(open::contains)) {
            String needed =
                    String.join(", ", open.stream().map(Role::text).sorted().toList());
            throw new Fault.Refused(
                            "ROLE_MISSING",
                            caller.principal() + " needs one of the roles " + needed + " for " + method,
                            Map.of("principal", caller.principal(), "roles", needed, "method", method))
                    .toException();
        }
        return acting;
    }
}
