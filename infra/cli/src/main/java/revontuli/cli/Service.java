package revontuli.cli;

import java.util.Locale;
import java.util.Optional;

/// The four services with their usual ports.
public enum Service {
    TOKENIZER(9101, 8101),
    INFERENCE(9102, 8102),
    SAFETY(9103, 8103),
    TRAINER(9104, 8104);

    private final int usualGrpcPort;
    private final int usualHttpPort;

    Service(int usualGrpcPort, int usualHttpPort) {
        this.usualGrpcPort = usualGrpcPort;
        this.usualHttpPort = usualHttpPort;
    }

    /// Name of its database and of its address among peers, such as `tokenizer`.
    public String shortName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Name of its module, its Kafka user and its principal, such as `tokenizer-svc`.
    public String fullName() {
        return shortName() + "-svc";
    }

    public int usualGrpcPort() {
        return usualGrpcPort;
    }

    public int usualHttpPort() {
        return usualHttpPort;
    }

    public static Optional<Service> find(String fullName) {
        for (Service service : values()) {
            if (service.fullName().equals(fullName)) {
                return Optional.of(service);
            }
        }
        return Optional.empty();
    }
}
