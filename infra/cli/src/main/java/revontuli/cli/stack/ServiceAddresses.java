package revontuli.cli.stack;

import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.Map;
import java.util.PrimitiveIterator;
import revontuli.cli.Service;
import revontuli.embedded.Ports;

/// Chosen ports of the services: the usual ones, or free ones where those are taken.
record ServiceAddresses(Map<Service, Integer> grpc, Map<Service, Integer> http) {
    private static final int APART_FIRST = 20_000;
    private static final int APART_END = 32_000;

    static ServiceAddresses choose() {
        Map<Service, Integer> grpc = new EnumMap<>(Service.class);
        Map<Service, Integer> http = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            grpc.put(service, Ports.usualOrFree(service.usualGrpcPort()));
            http.put(service, Ports.usualOrFree(service.usualHttpPort()));
        }
        return new ServiceAddresses(grpc, http);
    }

    /// Free ports that no other stack asks for and that no outgoing connection is given, for services that are started
    /// later and more than once.
    static ServiceAddresses apart() {
        Map<Service, Integer> grpc = new EnumMap<>(Service.class);
        Map<Service, Integer> http = new EnumMap<>(Service.class);
        PrimitiveIterator.OfInt ports = new SecureRandom()
                .ints(APART_FIRST, APART_END)
                .distinct()
                .filter(Ports::isFree)
                .iterator();
        for (Service service : Service.values()) {
            grpc.put(service, ports.nextInt());
            http.put(service, ports.nextInt());
        }
        return new ServiceAddresses(grpc, http);
    }

    int grpcPort(Service service) {
        return grpc.getOrDefault(service, 0);
    }

    int httpPort(Service service) {
        return http.getOrDefault(service, 0);
    }

    String grpcAddress(Service service) {
        return "127.0.0.1:" + grpcPort(service);
    }

    String httpAddress(Service service) {
        return "http://127.0.0.1:" + httpPort(service);
    }
}
