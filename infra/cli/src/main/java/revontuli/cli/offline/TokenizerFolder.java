package revontuli.cli.offline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import revontuli.cli.CliException;
import revontuli.cli.IoReason;
import revontuli.platform.fault.FaultException;
import revontuli.tokenizer.bpe.BpeCodec;
import revontuli.tokenizer.djl.DjlCodec;
import revontuli.tokenizer.encode.Codec;
import revontuli.transparency.crypto.Digest;

/// A `tokenizer.json`, or the folder of one, opened without any service: by own code where that can serve it.
///
/// @param digest of its exact bytes
/// @param release frees what the library holds
public record TokenizerFolder(Digest digest, Codec codec, Runnable release) implements AutoCloseable {
    private static final int UNCUT_BYTES_MAX = 1 << 20;

    public static TokenizerFolder open(Path path) {
        Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
        try {
            byte[] bytes = Files.readAllBytes(file);
            Optional<Codec> own = BpeCodec.open(bytes, UNCUT_BYTES_MAX);
            if (own.isPresent()) {
                return new TokenizerFolder(Digest.of(bytes), own.get(), () -> {});
            }
            DjlCodec library = DjlCodec.open(bytes);
            return new TokenizerFolder(Digest.of(bytes), library, library::close);
        } catch (IOException e) {
            throw CliException.usage("cannot read the tokenizer " + file + ": " + IoReason.of(e));
        } catch (FaultException e) {
            throw CliException.refused(
                    "cannot use the tokenizer " + file + ": " + e.fault().message());
        }
    }

    @Override
    public void close() {
        release.run();
    }
}
