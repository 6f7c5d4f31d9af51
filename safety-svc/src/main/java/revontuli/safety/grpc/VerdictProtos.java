package revontuli.safety.grpc;

import com.google.protobuf.ByteString;
import revontuli.api.safety.v1.ModerateStreamResponse;
import revontuli.api.safety.v1.ModerateTextResponse;
import revontuli.platform.fault.Fault;
import revontuli.safety.moderate.ModeratedStream;
import revontuli.safety.moderate.Moderation;
import revontuli.safety.moderate.Opening;
import revontuli.safety.policy.Action;
import revontuli.safety.policy.Direction;
import revontuli.safety.screen.Cause;
import revontuli.safety.screen.Finding;
import revontuli.safety.screen.Grounds;
import revontuli.safety.screen.Verdict;

/// Verdicts between screening and the wire.
final class VerdictProtos {
    private VerdictProtos() {}

    static Direction direction(revontuli.api.safety.v1.Direction direction) {
        return switch (direction) {
            case DIRECTION_PROMPT -> Direction.PROMPT;
            case DIRECTION_OUTPUT -> Direction.OUTPUT;
            case DIRECTION_UNSPECIFIED, UNRECOGNIZED ->
                throw Fault.invalid("DIRECTION_MISSING", "direction", "must be DIRECTION_PROMPT or DIRECTION_OUTPUT");
        };
    }

    static ModerateTextResponse moderated(Moderation.Moderated moderated) {
        ModerateTextResponse.Builder response = ModerateTextResponse.newBuilder()
                .setVerdict(verdict(moderated.screened().verdict()).toBuilder()
                        .setReview(moderated.review().orElse("")));
        if (moderated.screened().verdict() instanceof Verdict.Redacted) {
            response.setRedactedText(moderated.screened().text());
        }
        moderated.opening().ifPresent(opening -> response.setCommitment(commitment(opening))
                .setSalt(salt(opening)));
        return response.build();
    }

    static ModerateStreamResponse release(ModeratedStream stream, ModeratedStream.Release release, long deltaNumber) {
        ModerateStreamResponse.Builder response = ModerateStreamResponse.newBuilder()
                .setSubject(stream.subject())
                .setPolicy(stream.policy().resource())
                .setPolicyDigest(stream.policy().digest())
                .setReleased(release.released())
                .setReleasedIndex(release.releasedIndex())
                .setRedacted(release.replaced())
                .setDeltaNumber(deltaNumber);
        release.end().ifPresent(end -> response.setLast(true)
                .setVerdict(verdict(end.verdict()).toBuilder()
                        .setReview(end.review().orElse("")))
                .setCommitment(commitment(end.opening()))
                .setSalt(salt(end.opening())));
        return response.build();
    }

    static revontuli.api.safety.v1.Verdict verdict(Verdict verdict) {
        Grounds grounds = verdict.grounds();
        revontuli.api.safety.v1.Verdict.Builder proto = revontuli.api.safety.v1.Verdict.newBuilder()
                .setAction(action(verdict.action()))
                .setPolicy(grounds.policy().resource())
                .setPolicyDigest(grounds.policy().digest())
                .setLanguage(grounds.language());
        grounds.override().ifPresent(override -> proto.setPolicyOverride(override.resource())
                .setPolicyOverrideDigest(override.digest())
                .setPolicyLoosened(override.loosens()));
        grounds.scores().byCategory().forEach((category, score) -> proto.putScores(category.id(), score));
        grounds.findings().forEach(finding -> proto.addSpans(span(finding)));
        return switch (verdict) {
            case Verdict.Allowed _ -> proto.build();
            case Verdict.Redacted(var _, var cause) -> caused(proto, cause);
            case Verdict.Review(var _, var cause) -> caused(proto, cause);
            case Verdict.Blocked(var _, var cause) -> caused(proto, cause);
        };
    }

    private static revontuli.api.safety.v1.Verdict caused(revontuli.api.safety.v1.Verdict.Builder proto, Cause cause) {
        return proto.setCategory(cause.category().id())
                .setRule(cause.rule())
                .setStage(cause.stage())
                .build();
    }

    private static revontuli.api.safety.v1.Span span(Finding finding) {
        return revontuli.api.safety.v1.Span.newBuilder()
                .setStart(finding.span().start())
                .setEnd(finding.span().end())
                .setKind(finding.kind())
                .build();
    }

    private static revontuli.api.safety.v1.Action action(Action action) {
        return switch (action) {
            case ALLOW -> revontuli.api.safety.v1.Action.ACTION_ALLOW;
            case REDACT -> revontuli.api.safety.v1.Action.ACTION_REDACT;
            case REVIEW -> revontuli.api.safety.v1.Action.ACTION_REVIEW;
            case BLOCK -> revontuli.api.safety.v1.Action.ACTION_BLOCK;
        };
    }

    private static String commitment(Opening opening) {
        return opening.commitment().toString();
    }

    private static ByteString salt(Opening opening) {
        return ByteString.copyFrom(opening.salt());
    }
}
