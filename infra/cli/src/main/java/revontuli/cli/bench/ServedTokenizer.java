package revontuli.cli.bench;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import revontuli.api.tokenizer.v1.BatchEncodeTextsRequest;
import revontuli.api.tokenizer.v1.BatchEncodeTextsResponse;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.TokenIds;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.Home;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.stack.Foundation;

/// tokenizer-svc as a process of its own, with both compilers, and a client of it here.
final class ServedTokenizer implements AutoCloseable {
    private static final String NAME = "tokenizers/bench";
    static final int DOCUMENTS_A_BATCH = 64;
    private static final long CALL_SECONDS_MAX = 120;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);

    private final Foundation foundation;
    private final RunningService running;
    private final Channels channels;

    private ServedTokenizer(Foundation foundation, RunningService running, Channels channels) {
        this.foundation = foundation;
        this.running = running;
        this.channels = channels;
    }

    /// Starts it on a fresh Postgres and Kafka and registers a tokenizer.
    static ServedTokenizer start(Path root, Path home, byte[] tokenizerJson, Out out) {
        Launch launch =
                switch (Launch.find(root, Service.TOKENIZER, Mode.JIT)) {
                    case Launch.Found.Ready(var found) -> found;
                    case Launch.Found.Missing(var why) -> throw CliException.refused("tokenizer-svc: " + why);
                };
        Foundation foundation = Foundation.start(new Home(home), out);
        RunningService running = null;
        try {
            running = RunningService.start(foundation, launch);
            try (Channels operator = open(foundation, "operator")) {
                TokenizerServiceGrpc.newBlockingStub(operator.to(Service.TOKENIZER))
                        .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                        .registerTokenizer(RegisterTokenizerRequest.newBuilder()
                                .setName(NAME)
                                .setTokenizerJson(ByteString.copyFrom(tokenizerJson))
                                .build());
            }
            Channels channels = open(foundation, "caller");
            if (!channels.connect(Service.TOKENIZER, CONNECT_LIMIT)) {
                throw CliException.unavailable("tokenizer-svc takes no connection");
            }
            return new ServedTokenizer(foundation, running, channels);
        } catch (CliException | StatusRuntimeException e) {
            if (running != null) {
                running.close();
            }
            foundation.close();
            throw e;
        }
    }

    private static Channels open(Foundation foundation, String credential) {
        return Channels.open(foundation.home(), ClientCredential.load(foundation.home(), credential));
    }

    Channel channel() {
        return channels.to(Service.TOKENIZER);
    }

    String name() {
        return NAME;
    }

    long residentKibibytes() {
        return ProcessFigures.residentKibibytes(running.pid());
    }

    /// Encodes documents in batches, each in one call, so many calls at a time.
    TokenizerPeer.Run encode(List<String> documents, int inFlight) {
        List<List<String>> batches = new ArrayList<>();
        for (int from = 0; from < documents.size(); from += DOCUMENTS_A_BATCH) {
            batches.add(documents.subList(from, Math.min(documents.size(), from + DOCUMENTS_A_BATCH)));
        }
        List<BatchEncodeTextsResponse> answers = new ArrayList<>();
        batches.forEach(_ -> answers.add(BatchEncodeTextsResponse.getDefaultInstance()));
        long begin = System.nanoTime();
        Load.Result load = Load.calls(batches.size(), inFlight, n -> answers.set(n, call(batches.get(n))));
        long end = System.nanoTime();
        if (load.refused() > 0) {
            throw CliException.refused("tokenizer-svc was too busy for " + load.refused() + " batches");
        }
        IdDigest digest = new IdDigest();
        for (BatchEncodeTextsResponse answer : answers) {
            for (TokenIds ids : answer.getEncodingsList()) {
                for (int i = 0; i < ids.getIdsCount(); i++) {
                    digest.add(ids.getIds(i));
                }
            }
        }
        return new TokenizerPeer.Run((end - begin) / 1e9, digest.count(), digest.hex());
    }

    private BatchEncodeTextsResponse call(List<String> batch) {
        BatchEncodeTextsRequest.Builder request =
                BatchEncodeTextsRequest.newBuilder().setTokenizer(NAME);
        batch.forEach(text -> request.addTextsUtf8(ByteString.copyFromUtf8(text)));
        return TokenizerServiceGrpc.newBlockingStub(channel())
                .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                .batchEncodeTexts(request.build());
    }

    @Override
    public void close() {
        channels.close();
        try {
            running.stop();
        } finally {
            running.close();
            foundation.close();
        }
    }
}
