package revontuli.cli.client;

import com.google.protobuf.util.Timestamps;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.safety.v1.Hold;
import revontuli.api.safety.v1.ListHoldsRequest;
import revontuli.api.safety.v1.ListHoldsResponse;
import revontuli.api.safety.v1.PlaceHoldRequest;
import revontuli.api.safety.v1.PrivacyServiceGrpc;
import revontuli.api.safety.v1.PrivacyServiceGrpc.PrivacyServiceBlockingStub;
import revontuli.api.safety.v1.ReleaseHoldRequest;
import revontuli.cli.Channels;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Service;

/// `revontuli audit hold`: forbids erasure and expiry while a case lasts.
@Command(
        name = "hold",
        mixinStandardHelpOptions = true,
        description = "Place a legal hold: nothing about these subjects is erased or expires until `audit release`.")
final class AuditHold implements Callable<Integer> {
    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Option(names = "--tenant", required = true, paramLabel = "T", description = "Whose subjects.")
    private String tenant = "";

    @Option(names = "--subject", paramLabel = "NAME", description = "One subject (default: all of the tenant).")
    private String subject = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, in one line.")
    private String reason = "";

    private static PrivacyServiceBlockingStub stub(Channels channels) {
        return PrivacyServiceGrpc.newBlockingStub(channels.to(Service.SAFETY));
    }

    @Override
    public Integer call() {
        try (Channels channels = options.channels("auditor")) {
            Hold hold = stub(channels)
                    .placeHold(PlaceHoldRequest.newBuilder()
                            .setTenant(tenant)
                            .setSubject(subject)
                            .setReason(reason)
                            .build());
            options.out().line(hold.getName() + " is placed");
            options.out().jsonText(Wire.json(hold));
            return ExitCode.OK;
        }
    }

    @Command(name = "release", mixinStandardHelpOptions = true, description = "End a legal hold.")
    static final class Release implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "HOLD", description = "holds/{id}")
        private String name = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("auditor")) {
                stub(channels)
                        .releaseHold(
                                ReleaseHoldRequest.newBuilder().setName(name).build());
                options.out().line(name + " is released");
                return ExitCode.OK;
            }
        }
    }

    @Command(name = "holds", mixinStandardHelpOptions = true, description = "List the legal holds that last.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Override
        public Integer call() {
            try (Channels channels = options.channels("auditor")) {
                ListHoldsResponse answer = stub(channels).listHolds(ListHoldsRequest.getDefaultInstance());
                Table table = new Table("name", "tenant", "subject", "placed", "reason");
                for (Hold hold : answer.getHoldsList()) {
                    table.row(
                            hold.getName(),
                            hold.getTenant(),
                            hold.getSubject(),
                            Timestamps.toString(hold.getPlaceTime()),
                            hold.getReason());
                    options.out().jsonText(Wire.json(hold));
                }
                table.print(options.out());
                return ExitCode.OK;
            }
        }
    }
}
