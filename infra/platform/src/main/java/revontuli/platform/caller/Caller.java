package revontuli.platform.caller;

import java.util.Set;

/// A verified identity: who, for which tenant, with which roles.
public record Caller(String principal, String tenant, Set<Role> roles) {
    /// Tenant of the suite itself.
    public static final String SYSTEM_TENANT = "system";

    public Caller {
        roles = Set.copyOf(roles);
    }

    /// The service itself, for what it does without being asked.
    public static Caller service(String service) {
        return new Caller("services/" + service, SYSTEM_TENANT, Set.of(Role.SERVICE));
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }

    /// Same identity acting for a tenant.
    public Caller onBehalfOf(String otherTenant) {
        return new Caller(principal, otherTenant, roles);
    }

    /// True when this caller may see what belongs to `owner`.
    public boolean sees(String owner) {
        return tenant.equals(owner) || has(Role.AUDITOR) || has(Role.SERVICE);
    }
}
