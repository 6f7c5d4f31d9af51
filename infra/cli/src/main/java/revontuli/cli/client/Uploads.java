package revontuli.cli.client;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import revontuli.api.trainer.v1.Artifact;
import revontuli.api.trainer.v1.ArtifactServiceGrpc;
import revontuli.api.trainer.v1.UploadArtifactRequest;
import revontuli.cli.CliException;
import revontuli.cli.IoReason;
import revontuli.transparency.crypto.Digest;

/// Sends files into the artifact store, a piece at a time, no faster than the service takes them.
public final class Uploads {
    private static final int PIECE_BYTES = 256 * 1024;

    private final Channel trainer;

    public Uploads(Channel trainer) {
        this.trainer = trainer;
    }

    /// Uploads a file; the digest that was computed here is checked there.
    public Digest upload(Path file) {
        try (InputStream bytes = Files.newInputStream(file)) {
            return upload(Digest.of(file), bytes);
        } catch (IOException e) {
            throw CliException.usage("cannot read " + file + ": " + IoReason.of(e));
        }
    }

    private Digest upload(Digest digest, InputStream bytes) throws IOException {
        Pieces pieces = new Pieces();
        ArtifactServiceGrpc.newStub(trainer).uploadArtifact(pieces);
        ClientCallStreamObserver<UploadArtifactRequest> call = pieces.call.join();
        call.onNext(
                UploadArtifactRequest.newBuilder().setDigest(digest.toString()).build());
        for (byte[] piece = bytes.readNBytes(PIECE_BYTES);
                piece.length > 0 && !pieces.answer.isDone();
                piece = bytes.readNBytes(PIECE_BYTES)) {
            pieces.awaitReady(call);
            call.onNext(UploadArtifactRequest.newBuilder()
                    .setPiece(ByteString.copyFrom(piece))
                    .build());
        }
        if (!pieces.answer.isDone()) {
            call.onCompleted();
        }
        try {
            return Digest.parse(pieces.answer.join().getDigest());
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static final class Pieces implements ClientResponseObserver<UploadArtifactRequest, Artifact> {
        private final CompletableFuture<ClientCallStreamObserver<UploadArtifactRequest>> call =
                new CompletableFuture<>();
        private final CompletableFuture<Artifact> answer = new CompletableFuture<>();
        private final Semaphore ready = new Semaphore(0);

        @Override
        public void beforeStart(ClientCallStreamObserver<UploadArtifactRequest> stream) {
            stream.setOnReadyHandler(ready::release);
            call.complete(stream);
        }

        void awaitReady(ClientCallStreamObserver<UploadArtifactRequest> stream) {
            while (!stream.isReady() && !answer.isDone()) {
                ready.acquireUninterruptibly();
            }
        }

        @Override
        public void onNext(Artifact artifact) {
            answer.complete(artifact);
        }

        @Override
        public void onError(Throwable thrown) {
            answer.completeExceptionally(thrown);
            ready.release();
        }

        @Override
        public void onCompleted() {}
    }
}
