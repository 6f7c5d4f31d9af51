package revontuli.causallm;

import ai.djl.pytorch.engine.PtNDArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes a [PackedFile] of what another source gives, on the way, so that nothing is read or rounded twice.
///
/// A disk that takes no more ends the copy and nothing else: the model loads all the same. A copy that was not
/// finished leaves no file.
final class PackedCopy implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PackedCopy.class.getName());

    private final Compute compute;
    private final Path path;
    private final Map<String, SafetensorsFile.Dtype> dtypes;
    private final MessageDigest digest = FileDigest.sha256();
    private @Nullable FileChannel channel;

    PackedCopy(ModelConfig config, Compute compute, Path path) {
        this.compute = compute;
        this.path = path;
        List<SafetensorsWriter.Place> places = PackedFile.places(config, compute);
        this.dtypes = places.stream()
                .collect(Collectors.toMap(SafetensorsWriter.Place::name, SafetensorsWriter.Place::dtype));
        try {
            this.channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the packed form is not kept: " + e);
        }
        write(SafetensorsWriter.header(places, PackedFile.metadata(compute)));
    }

    /// Bytes of the whole file.
    static long bytes(ModelConfig config, Compute compute) {
        List<SafetensorsWriter.Place> places = PackedFile.places(config, compute);
        return SafetensorsWriter.header(places, PackedFile.metadata(compute)).remaining()
                + places.stream().mapToLong(SafetensorsWriter.Place::bytes).sum();
    }

    /// What this source gives, and writes as it is taken.
    PackedSource of(Torch torch, PackedSource source) {
        return new PackedSource() {
            @Override
            public void floats(String name, SafetensorsFile.FloatSink sink) throws CheckpointRejected {
                boolean halves = dtypes.get(name) == SafetensorsFile.Dtype.BF16;
                source.floats(name, (start, floats) -> {
                    ByteBuffer own = floats.duplicate().order(ByteOrder.nativeOrder());
                    sink.accept(start, floats);
                    writeFloats(own, halves);
                });
            }

            @Override
            public void matrix(Matrix matrix, PtNDArray target, PtNDArray scales) throws CheckpointRejected {
                source.matrix(matrix, target, scales);
                if (channel != null) {
                    windows(torch, target, "part", bytes -> write(PackedFile.written(compute, bytes)));
                    windows(torch, scales, "floats", bytes -> writeFloats(bytes, false));
                }
            }
        };
    }

    private interface BytesSink {
        void accept(ByteBuffer bytes);
    }

    private static void windows(Torch torch, PtNDArray array, String method, BytesSink sink) {
        long elements = array.getShape().size();
        for (long at = 0; at < elements; at += PackedFile.WINDOW_ELEMENTS) {
            long start = at;
            long count = Math.min(PackedFile.WINDOW_ELEMENTS, elements - at);
            torch.step(step -> {
                sink.accept(step.runForTensor(method, step.array(array), step.integer(start), step.integer(count))
                        .toByteBuffer(true)
                        .order(ByteOrder.nativeOrder()));
                return count;
            });
        }
    }

    private void writeFloats(ByteBuffer floats, boolean halves) {
        int size = halves ? Short.BYTES : Float.BYTES;
        ByteBuffer out =
                ByteBuffer.allocate(floats.remaining() / Float.BYTES * size).order(ByteOrder.LITTLE_ENDIAN);
        while (floats.hasRemaining()) {
            if (halves) {
                out.putShort(SafetensorsWriter.toBf16(floats.getFloat()));
            } else {
                out.putFloat(floats.getFloat());
            }
        }
        write(out.flip());
    }

    private void write(ByteBuffer bytes) {
        if (channel == null) {
            return;
        }
        digest.update(bytes.duplicate());
        try {
            SafetensorsWriter.all(channel, bytes);
        } catch (IOException e) {
            give(e);
        }
    }

    private void give(IOException failure) {
        LOG.log(System.Logger.Level.WARNING, "the packed form is not kept: " + failure);
        close();
    }

    /// Brings the file to the disk; empty where it could not be written.
    Optional<PackedForms.Kept> finish() {
        if (channel == null) {
            return Optional.empty();
        }
        try {
            channel.force(true);
            channel.close();
            channel = null;
            return Optional.of(new PackedForms.Kept(path, HexFormat.of().formatHex(digest.digest())));
        } catch (IOException e) {
            give(e);
            return Optional.empty();
        }
    }

    /// Removes what was not finished.
    @Override
    public void close() {
        if (channel == null) {
            return;
        }
        try (FileChannel _ = channel) {
            channel = null;
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "an unfinished file is left: " + e);
        }
    }
}
