package revontuli.trainer.grpc;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import revontuli.api.tokenizer.v1.BatchEncodeTextsRequest;
import revontuli.api.tokenizer.v1.BatchEncodeTextsResponse;
import revontuli.api.tokenizer.v1.ListTokenizersRequest;
import revontuli.api.tokenizer.v1.ListTokenizersResponse;
import revontuli.api.tokenizer.v1.SpecialTokens;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.Peers;
import revontuli.trainer.dataset.Tokenizers;
import revontuli.transparency.crypto.Digest;

/// The tokenizer service over gRPC. Every call names the digest that is expected, and every answer is checked for it.
@ApplicationScoped
class TokenizerPeer implements Tokenizers {
    private static final String PEER = "TOKENIZER";
    private static final int PAGE = 1_000;

    private final Peers peers;

    TokenizerPeer(Peers peers) {
        this.peers = peers;
    }

    @Override
    public Tokenizer withDigest(Digest digest) {
        String name = nameOf(digest);
        return texts -> encode(name, digest, texts);
    }

    private String nameOf(Digest digest) {
        String token = "";
        do {
            ListTokenizersRequest request = ListTokenizersRequest.newBuilder()
                    .setPageSize(PAGE)
                    .setPageToken(token)
                    .build();
            ListTokenizersResponse page = PeerCalls.call(PEER, () -> stub().listTokenizers(request));
            for (revontuli.api.tokenizer.v1.Tokenizer tokenizer : page.getTokenizersList()) {
                if (tokenizer.getDigest().equals(digest.toString())) {
                    return tokenizer.getName();
                }
            }
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        throw new Fault.NotFound(
                        "TOKENIZER_NOT_REGISTERED",
                        "the tokenizer service knows no tokenizer " + digest + ": register the base model's",
                        Map.of("tokenizer", digest.toString()))
                .toException();
    }

    private List<int[]> encode(String name, Digest digest, List<String> texts) {
        BatchEncodeTextsRequest request = BatchEncodeTextsRequest.newBuilder()
                .setTokenizer(name)
                .addAllTexts(texts)
                .setSpecialTokens(SpecialTokens.SPECIAL_TOKENS_AS_TEXT)
                .setTokenizerDigest(digest.toString())
                .build();
        BatchEncodeTextsResponse answer = PeerCalls.call(PEER, () -> stub().batchEncodeTexts(request));
        if (!answer.getTokenizerDigest().equals(digest.toString())) {
            throw new Fault.Conflict(
                            "TOKENIZER_DIGEST_MISMATCH",
                            "the tokenizer service answered for " + answer.getTokenizerDigest() + ", not " + digest,
                            Map.of("expected", digest.toString(), "found", answer.getTokenizerDigest()))
                    .toException();
        }
        return answer.getEncodingsList().stream()
                .map(ids ->
                        ids.getIdsList().stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    private TokenizerServiceGrpc.TokenizerServiceBlockingStub stub() {
        return TokenizerServiceGrpc.newBlockingStub(peers.to("tokenizer", Caller.SYSTEM_TENANT))
                .withDeadlineAfter(PeerCalls.DEADLINE);
    }
}
