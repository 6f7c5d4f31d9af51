package revontuli.safety.moderate;

import revontuli.safety.screen.Screener;

/// By which rules a tenant is judged now. Without any there is no verdict: a fault NO_POLICY_IN_FORCE.
@FunctionalInterface
public interface Rules {
    Screener screener(String tenant);
}
