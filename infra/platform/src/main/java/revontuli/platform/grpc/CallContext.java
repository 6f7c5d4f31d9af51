package revontuli.platform.grpc;

import io.grpc.Context;
import java.util.Map;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;

/// What the interceptor found out about the current call.
public final class CallContext {
    static final Context.Key<Caller> CALLER = Context.key("caller");

    private CallContext() {}

    /// The verified caller of the call this thread works for.
    public static Caller caller() {
        Caller caller = CALLER.get();
        if (caller == null) {
            throw new Fault.Unauthenticated("NO_CALLER", "this call has no verified caller", Map.of()).toException();
        }
        return caller;
    }

    /// True once the caller went away or its deadline passed: stop the work.
    public static boolean cancelled() {
        return Context.current().isCancelled();
    }
}
