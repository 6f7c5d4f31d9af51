package revontuli.cli.offline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import revontuli.bpe.Utf8;
import revontuli.bpe.VocabularyLearner;
import revontuli.cli.CliException;
import revontuli.cli.IoReason;
import revontuli.platform.fault.FaultException;
import revontuli.platform.shard.DocumentFile;

/// Files of text to learn from: `*.jsonl` as data sets ({"id","text"} lines), all others as plain UTF-8, read in pieces
/// that end with a line. Every error names its file and place.
final class TextCorpus implements VocabularyLearner.Corpus {
    private static final int PIECE = 1 << 20;

    private final List<Path> files;
    private final int textBytesMax;

    private TextCorpus(List<Path> files, int textBytesMax) {
        this.files = files;
        this.textBytesMax = textBytesMax;
    }

    /// @param paths files, and folders of which `*.jsonl` and `*.txt` are taken
    static TextCorpus of(List<Path> paths, int textBytesMax) {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            try (Stream<Path> inside = Files.list(path)) {
                List<Path> texts = inside.filter(file -> file.toString().endsWith(".jsonl")
                                || file.toString().endsWith(".txt"))
                        .sorted()
                        .toList();
                if (texts.isEmpty()) {
                    throw CliException.usage("no *.jsonl and no *.txt in " + path);
                }
                files.addAll(texts);
            } catch (IOException e) {
                throw CliException.usage("cannot read " + path + ": " + IoReason.of(e));
            }
        }
        return new TextCorpus(files, textBytesMax);
    }

    /// Bytes of all files, as they lie on the disk.
    long bytes() {
        long bytes = 0;
        for (Path file : files) {
            try {
                bytes += Files.size(file);
            } catch (IOException e) {
                throw CliException.usage("cannot read " + file + ": " + IoReason.of(e));
            }
        }
        return bytes;
    }

    @Override
    public void read(Consumer<byte[]> texts) {
        for (Path file : files) {
            try {
                if (file.toString().endsWith(".jsonl")) {
                    new DocumentFile(file, new DocumentFile.Limits(Long.MAX_VALUE, textBytesMax))
                            .read(document -> texts.accept(document.text().getBytes(StandardCharsets.UTF_8)));
                } else {
                    plain(file, texts);
                }
            } catch (FaultException e) {
                throw CliException.usage(file + ", " + e.fault().message());
            } catch (UncheckedIOException e) {
                throw CliException.usage(
                        "cannot read " + file + ": " + IoReason.of(Objects.requireNonNull(e.getCause())));
            } catch (IOException e) {
                throw CliException.usage("cannot read " + file + ": " + IoReason.of(e));
            }
        }
    }

    private static void plain(Path file, Consumer<byte[]> texts) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] piece = new byte[PIECE];
            int size = 0;
            long done = 0;
            boolean more = true;
            while (more) {
                size += in.readNBytes(piece, size, PIECE - size);
                more = size == PIECE;
                int end = more ? cut(piece) : size;
                int bad = Utf8.firstMalformed(piece, 0, end);
                if (bad >= 0) {
                    throw CliException.usage(file + " is not UTF-8 at byte " + (done + bad));
                }
                texts.accept(Arrays.copyOf(piece, end));
                System.arraycopy(piece, end, piece, 0, size - end);
                size -= end;
                done += end;
            }
        }
    }

    /// The end of the last line of a full piece, or else of its last whole character.
    private static int cut(byte[] piece) {
        for (int p = piece.length; p > 0; p--) {
            if (piece[p - 1] == '\n') {
                return p;
            }
        }
        int p = piece.length - 1;
        while (p > piece.length - 4 && (piece[p] & 0xC0) == 0x80) {
            p--;
        }
        return p;
    }
}
