package revontuli.tokenizer;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Role;
import revontuli.platform.grpc.MethodRoles;
import revontuli.platform.tx.UnitOfWork;
import revontuli.tokenizer.djl.DjlCodec;
import revontuli.tokenizer.encode.Codecs;
import revontuli.tokenizer.encode.Encoder;
import revontuli.tokenizer.encode.Limits;
import revontuli.tokenizer.vocabulary.Registration;
import revontuli.tokenizer.vocabulary.Tokenizers;

/// Builds the framework-free classes. The only place that knows both sides.
@ApplicationScoped
class Wiring {
    @Produces
    @Singleton
    Encoder encoder(Tokenizers tokenizers, Codecs codecs, TokenizerConfig config) {
        return new Encoder(
                tokenizers,
                codecs,
                new Limits(
                        config.textBytesMax().asLongValue(),
                        config.batchTextsMax(),
                        config.batchBytesMax().asLongValue(),
                        config.idsMax()));
    }

    @Produces
    @Singleton
    Registration registration(
            Tokenizers tokenizers, ArtifactStore artifacts, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new Registration(tokenizers, artifacts, audit, unit, clock, DjlCodec::read);
    }

    @Produces
    @Singleton
    MethodRoles methodRoles() {
        return MethodRoles.builder()
                .open(TokenizerServiceGrpc.getServiceDescriptor(), "RegisterTokenizer", Role.OPERATOR)
                .openAll(TokenizerServiceGrpc.getServiceDescriptor(), Role.CALLER, Role.OPERATOR, Role.SERVICE)
                .build();
    }
}
