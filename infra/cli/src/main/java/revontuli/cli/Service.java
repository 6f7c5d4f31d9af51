package revontuli.cli;

import java.util.Locale;
import java.util.Optional;

/// The four services with their usual ports.
public enum Service {
    TOKENIZER(9101, 8101, "384m"),
    INFERENCE(9102, 8102, "256m"),
    SAFETY(9103, 8103, "160m"),
    TRAINER(9104, 8104, "192m");

    private final int usualGrpcPort;
    private final int usualHttpPort;
    private final String heapMax;

    Service(int usualGrpcPort, int usualHttpPort, String heapMax) {
        this.usualGrpcPort = usualGrpcPort;
        this.usualHttpPort = usualHttpPort;
        this.heapMax = heapMax;
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

    /// The most heap it is given, as `-Xmx` takes it. That of tokenizer-svc holds a file of 32 MiB while it is read.
    public String heapMax() {
        return heapMax;
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
