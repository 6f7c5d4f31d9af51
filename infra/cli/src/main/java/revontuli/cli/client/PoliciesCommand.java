package revontuli.cli.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.safety.v1.ActivateTenantOverrideRequest;
import revontuli.api.safety.v1.ListPolicyVersionsRequest;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.PolicyVersion;
import revontuli.api.safety.v1.TenantOverride;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Service;
import revontuli.safety.policy.OverrideFile;
import revontuli.safety.policy.OverrideName;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.statement.LooseningApproval;

/// `revontuli policies`: what a tenant wants otherwise than the policy, and who approves it.
@Command(
        name = "policies",
        mixinStandardHelpOptions = true,
        description = "Overrides of the policy by a tenant: bring in, approve with your key.",
        subcommands = {PoliciesCommand.Activate.class, PoliciesCommand.Approve.class})
public final class PoliciesCommand extends Group {
    private static final int APPROVAL_BYTES_MAX = 64 * 1024;

    private static byte[] read(Path file, int most) {
        try {
            if (Files.size(file) > most) {
                throw CliException.refused(file + " has more than " + most + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw CliException.refused("cannot read " + file + ": " + e.getMessage());
        }
    }

    private static byte[] override(Path file) {
        return read(file, 256 * 1024);
    }

    /// `revontuli policies override`.
    @Command(
            name = "override",
            mixinStandardHelpOptions = true,
            description = "Bring in an override of your tenant; stricter is free, milder needs an approval.")
    static final class Activate implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "FILE", description = "YAML, schema revontuli.policy-override.v1")
        private Path file = Path.of("");

        @Option(names = "--approval", paramLabel = "FILE", description = "What `policies approve` wrote.")
        private @Nullable Path approval;

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                byte[] approved = approval == null ? new byte[0] : read(approval, APPROVAL_BYTES_MAX);
                TenantOverride entered = PolicyServiceGrpc.newBlockingStub(channels.to(Service.SAFETY))
                        .activateTenantOverride(ActivateTenantOverrideRequest.newBuilder()
                                .setYamlBytes(ByteString.copyFrom(override(file)))
                                .setApproval(ByteString.copyFrom(approved))
                                .build());
                options.out()
                        .line(entered.getName() + "  " + entered.getDigest()
                                + (entered.getLoosens() ? "  milder than the policy" : ""));
                options.out().jsonText(Wire.json(entered));
                return ExitCode.OK;
            }
        }
    }

    /// `revontuli policies approve`.
    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = {
                "Sign that an override may be milder than the policy in force.",
                "The first approver makes the file, the others add to it. The signature is made here."
            })
    static final class Approve implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(index = "0", paramLabel = "OVERRIDE", description = "The override's YAML.")
        private Path file = Path.of("");

        @Parameters(index = "1", paramLabel = "APPROVAL", description = "The file to make or to add to.")
        private Path approval = Path.of("");

        @Option(names = "--submitter", paramLabel = "USER", description = "users/{user} who will bring it in.")
        private String submitter = "";

        @Option(names = "--days", paramLabel = "N", description = "How long it counts (default: ${DEFAULT-VALUE}).")
        private int days = 30;

        @Override
        public Integer call() {
            try (Channels channels = options.channels("approver")) {
                ClientCredential approver = options.credential("approver");
                byte[] yaml = override(file);
                OverrideName name = OverrideFile.parse(yaml).name();
                PolicyVersion policy = inForce(channels);
                LooseningApproval.Subject subject =
                        new LooseningApproval.Subject(name.tenant(), Digest.parse(policy.getDigest()), Digest.of(yaml));
                LooseningApproval signed = begun(subject).signed(approver.principal(), approver.signingKey());
                Files.write(approval, signed.bytes());
                options.out()
                        .line(name.resource() + " may be milder than " + policy.getName() + " until "
                                + signed.expireTime() + ", say "
                                + String.join(
                                        ", ",
                                        signed.signatures().stream()
                                                .map(signature -> signature.principal())
                                                .toList()));
                return ExitCode.OK;
            } catch (IOException e) {
                throw CliException.refused("cannot write " + approval + ": " + e.getMessage());
            }
        }

        private LooseningApproval begun(LooseningApproval.Subject subject) {
            if (!Files.exists(approval)) {
                if (submitter.isEmpty() || days < 1) {
                    throw CliException.refused("the first approver names --submitter, and --days of at least 1");
                }
                return new LooseningApproval(subject, submitter, Instant.now().plus(Duration.ofDays(days)), List.of());
            }
            try {
                LooseningApproval begun = LooseningApproval.parse(read(approval, APPROVAL_BYTES_MAX));
                if (begun.subject().equals(subject)) {
                    return begun;
                }
            } catch (MalformedException e) {
                throw CliException.refused(approval + " is no approval: " + e.getMessage());
            }
            throw CliException.refused(approval + " is about another override, or another version of the policy");
        }

        private static PolicyVersion inForce(Channels channels) {
            return PolicyServiceGrpc.newBlockingStub(channels.to(Service.SAFETY))
                    .listPolicyVersions(ListPolicyVersionsRequest.getDefaultInstance())
                    .getVersionsList()
                    .stream()
                    .filter(PolicyVersion::getInForce)
                    .findFirst()
                    .orElseThrow(() -> CliException.unavailable("no policy is in force"));
        }
    }
}
