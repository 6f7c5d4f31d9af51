package revontuli.tokenizer;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import revontuli.api.tokenizer.v1.TokenizeTaskServiceGrpc;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Role;
import revontuli.platform.grpc.MethodRoles;
import revontuli.platform.tx.UnitOfWork;
import revontuli.tokenizer.bpe.BpeCodec;
import revontuli.tokenizer.describe.TokenizerCatalog;
import revontuli.tokenizer.djl.DjlCodec;
import revontuli.tokenizer.encode.Codecs;
import revontuli.tokenizer.encode.Encoder;
import revontuli.tokenizer.encode.Limits;
import revontuli.tokenizer.prompt.ChatPrompts;
import revontuli.tokenizer.prompt.FimPrompts;
import revontuli.tokenizer.prompt.PromptLimits;
import revontuli.tokenizer.prompt.TemplateRegistry;
import revontuli.tokenizer.prompt.Templates;
import revontuli.tokenizer.vocabulary.Descriptions;
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
                        config.idsMax(),
                        Math.toIntExact(config.pieceBytesMax().asLongValue()),
                        config.pieceIdsMax(),
                        config.libraryDocumentBytesMax().asLongValue()));
    }

    @Produces
    @Singleton
    Registration registration(
            Tokenizers tokenizers, ArtifactStore artifacts, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new Registration(tokenizers, artifacts, audit, unit, clock, file -> BpeCodec.read(file)
                .orElseGet(() -> DjlCodec.read(file)));
    }

    @Produces
    @Singleton
    PromptLimits promptLimits(TokenizerConfig config) {
        TokenizerConfig.Prompt prompt = config.prompt();
        return new PromptLimits(
                prompt.messagesMax(),
                config.textBytesMax().asLongValue(),
                prompt.templatePartsMax(),
                prompt.templatePartBytesMax(),
                prompt.templatesMax(),
                prompt.templateVersionsMax());
    }

    @Produces
    @Singleton
    TemplateRegistry templateRegistry(
            Templates templates,
            Tokenizers tokenizers,
            ArtifactStore artifacts,
            Audit audit,
            UnitOfWork unit,
            InstantSource clock,
            PromptLimits limits) {
        return new TemplateRegistry(
                templates, tokenizers, artifacts, new TemplateRegistry.Records(audit, unit, clock), limits);
    }

    @Produces
    @Singleton
    ChatPrompts chatPrompts(Encoder encoder, Codecs codecs, TemplateRegistry templates, PromptLimits limits) {
        return new ChatPrompts(encoder, codecs, templates, limits);
    }

    @Produces
    @Singleton
    FimPrompts fimPrompts(Encoder encoder, Codecs codecs, Descriptions descriptions, PromptLimits limits) {
        return new FimPrompts(encoder, codecs, descriptions, limits);
    }

    @Produces
    @Singleton
    TokenizerCatalog tokenizerCatalog(
            Encoder encoder,
            Codecs codecs,
            Descriptions descriptions,
            TemplateRegistry templates,
            TokenizerConfig config) {
        return new TokenizerCatalog(
                encoder,
                codecs,
                descriptions,
                templates,
                config.libraryDocumentBytesMax().asLongValue());
    }

    @Produces
    @Singleton
    MethodRoles methodRoles() {
        return MethodRoles.builder()
                .open(TokenizerServiceGrpc.getServiceDescriptor(), "RegisterTokenizer", Role.OPERATOR)
                .open(TokenizerServiceGrpc.getServiceDescriptor(), "RegisterTemplate", Role.OPERATOR)
                .openAll(TokenizerServiceGrpc.getServiceDescriptor(), Role.CALLER, Role.OPERATOR, Role.SERVICE)
                .openAll(TokenizeTaskServiceGrpc.getServiceDescriptor(), Role.OPERATOR, Role.SERVICE)
                .build();
    }
}
