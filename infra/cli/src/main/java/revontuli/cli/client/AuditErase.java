package revontuli.cli.client;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.safety.v1.EraseSubjectRequest;
import revontuli.api.safety.v1.EraseSubjectResponse;
import revontuli.api.safety.v1.PrivacyServiceGrpc;
import revontuli.cli.Channels;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Service;

/// `revontuli audit erase`: destroys what opens the commitments about a subject.
@Command(
        name = "erase",
        mixinStandardHelpOptions = true,
        description = {
            "Destroy the key and the salts of a subject: without a receipt that was given out before, nobody can show or guess"
                    + " any more what was committed to.",
            "Records and proofs stay; the erasure is a record itself. It cannot be undone. An operator erases subjects of the"
                    + " own tenant, an auditor (--as auditor) any."
        })
final class AuditErase implements Callable<Integer> {
    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Parameters(paramLabel = "SUBJECT", description = "Such as generations/{id}.")
    private String subject = "";

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why, in one line without personal data: it stays in the log.")
    private String reason = "";

    @Option(
            names = "--legal-basis",
            defaultValue = "gdpr-art-17",
            paramLabel = "BASIS",
            description = "Default: ${DEFAULT-VALUE}.")
    private String legalBasis = "";

    @Override
    public Integer call() {
        try (Channels channels = options.channels("operator")) {
            EraseSubjectResponse erased = PrivacyServiceGrpc.newBlockingStub(channels.to(Service.SAFETY))
                    .eraseSubject(EraseSubjectRequest.newBuilder()
                            .setSubject(subject)
                            .setReason(reason)
                            .setLegalBasis(legalBasis)
                            .build());
            options.out()
                    .line("%s: %d commitments about %s cannot be opened any more"
                            .formatted(erased.getName(), erased.getCommitmentsCount(), subject));
            erased.getCommitmentsList().forEach(options.out()::line);
            options.out().jsonText(Wire.json(erased));
            return ExitCode.OK;
        }
    }
}
