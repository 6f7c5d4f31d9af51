package revontuli.cli.client;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import revontuli.api.trainer.v1.ApproveModelVersionRequest;
import revontuli.api.trainer.v1.GetModelVersionRequest;
import revontuli.api.trainer.v1.ImportModelRequest;
import revontuli.api.trainer.v1.ModelServiceGrpc;
import revontuli.api.trainer.v1.ModelServiceGrpc.ModelServiceBlockingStub;
import revontuli.api.trainer.v1.ModelVersion;
import revontuli.api.trainer.v1.RevokeModelVersionRequest;
import revontuli.api.trainer.v1.Signature;
import revontuli.cli.Channels;
import revontuli.cli.ClientCredential;
import revontuli.cli.Service;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementBundle;
import revontuli.transparency.statement.StatementSignature;

/// What is done to models with a key that only the signer holds: every signature is made here, on the client.
public final class Models {
    private final Channels channels;

    public Models(Channels channels) {
        this.channels = channels;
    }

    public ModelServiceBlockingStub stub() {
        return ModelServiceGrpc.newBlockingStub(channels.to(Service.TRAINER));
    }

    /// Uploads a model folder and brings it in under the installation's signature.
    public ModelVersion importFolder(String name, Path folder, String submitter, SigningKey installationKey) {
        ModelFolder model = ModelFolder.read(folder);
        Uploads uploads = new Uploads(channels.to(Service.TRAINER));
        model.files().values().forEach(uploads::upload);
        Statement statement = new Statement(
                Statement.Kind.IMPORT,
                name,
                new Statement.Subjects(model.digest(), model.tokenizer(), null, null, null),
                "",
                submitter,
                Instant.now());
        StatementSignature signature = StatementBundle.ofImport(statement, installationKey)
                .signatures()
                .getFirst();
        return stub().importModel(ImportModelRequest.newBuilder()
                .setName(name)
                .setManifest(ByteString.copyFrom(model.manifest()))
                .setStatement(ByteString.copyFrom(statement.bytes()))
                .setSignature(wire(signature))
                .build());
    }

    public ModelVersion get(String name) {
        return stub().getModelVersion(
                        GetModelVersionRequest.newBuilder().setName(name).build());
    }

    /// Signs the exact statement bytes that were shown.
    public ModelVersion approve(ModelVersion shown, ClientCredential approver) {
        byte[] statement = shown.getStatement().toByteArray();
        SigningKey key = approver.signingKey();
        return stub().approveModelVersion(ApproveModelVersionRequest.newBuilder()
                .setName(shown.getName())
                .setStatementDigest(Digest.of(statement).toString())
                .setSignature(sign(key, approver.principal(), statement))
                .build());
    }

    public ModelVersion revoke(ModelVersion version, String reason, ClientCredential approver) {
        byte[] bytes = ("revoke " + version.getName() + " " + version.getDigest()).getBytes(StandardCharsets.UTF_8);
        return stub().revokeModelVersion(RevokeModelVersionRequest.newBuilder()
                .setName(version.getName())
                .setReason(reason)
                .setSignature(sign(approver.signingKey(), approver.principal(), bytes))
                .build());
    }

    private static Signature sign(SigningKey key, String principal, byte[] bytes) {
        return Signature.newBuilder()
                .setKid(key.kid())
                .setPrincipal(principal)
                .setSignature(ByteString.copyFrom(key.sign(bytes)))
                .build();
    }

    private static Signature wire(StatementSignature signature) {
        return Signature.newBuilder()
                .setKid(signature.kid())
                .setPrincipal(signature.principal())
                .setSignature(ByteString.copyFrom(Base64.getDecoder().decode(signature.signature())))
                .build();
    }
}
