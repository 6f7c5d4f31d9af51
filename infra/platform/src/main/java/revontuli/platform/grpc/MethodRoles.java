package revontuli.platform.grpc;

import io.grpc.ServiceDescriptor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import revontuli.platform.caller.Role;

/// Which roles each method is open to. A method that is not named here is closed to everybody.
public final class MethodRoles {
    private final Map<String, Set<Role>> byMethod;

    private MethodRoles(Map<String, Set<Role>> byMethod) {
        this.byMethod = Map.copyOf(byMethod);
    }

    public static Builder builder() {
        return new Builder();
    }

    Optional<Set<Role>> of(String fullMethodName) {
        return Optional.ofNullable(byMethod.get(fullMethodName));
    }

    public static final class Builder {
        private final Map<String, Set<Role>> byMethod = new HashMap<>();

        private Builder() {}

        /// Opens one method; `method` as the descriptor has it, so that a typing error stops the start.
        public Builder open(ServiceDescriptor service, String method, Role... roles) {
            String full = service.getName() + "/" + method;
            if (service.getMethods().stream()
                    .noneMatch(known -> known.getFullMethodName().equals(full))) {
                throw new IllegalArgumentException("no such method: " + full);
            }
            byMethod.put(full, Set.of(roles));
            return this;
        }

        /// Opens every method of a service that is not opened apart.
        public Builder openAll(ServiceDescriptor service, Role... roles) {
            service.getMethods().forEach(method -> byMethod.putIfAbsent(method.getFullMethodName(), Set.of(roles)));
            return this;
        }

        public MethodRoles build() {
            return new MethodRoles(byMethod);
        }
    }
}
