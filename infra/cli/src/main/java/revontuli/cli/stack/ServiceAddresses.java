package revontuli.cli.stack;

import java.util.EnumMap;
import java.util.Map;
import revontuli.cli.Service;
import revontuli.embedded.Ports;

/// Chosen ports of the services: the usual ones, or free ones where those are taken.
record ServiceAddresses(Map<Service, Integer> grpc, Map<Service, Integer> http) {
    static ServiceAddresses choose() {
        Map<Service, Integer> grpc = new EnumMap<>(Service.class);
        Map<Service, Integer> http = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            grpc.put(service, Ports.usualOrFree(service.usualGrpcPort()));
            http.put(service, Ports.usualOrFree(service.usualHttpPort()));
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
