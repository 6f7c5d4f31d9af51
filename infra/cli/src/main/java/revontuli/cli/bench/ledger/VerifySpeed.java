package revontuli.cli.bench.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import revontuli.cli.CliException;
import revontuli.cli.Out;
import revontuli.cli.bench.ProcessFigures;
import revontuli.embedded.Folders;
import revontuli.transparency.Verify;
import revontuli.transparency.export.ExportWriter;
import revontuli.transparency.merkle.Checkpoint;

/// How fast the offline verifier reads an export: a process of its own, which shall stay under 512 MiB as the system
/// counts them, by its processor time.
///
/// Three figures: records that were sealed under load, where one signature covers those that a source sealed together;
/// the same records signed one by one, as where little happens; and leaves that an earlier verification covered, whose
/// signatures need no second look, as the tree over them is the same.
final class VerifySpeed {
    private static final int HEAP_MEBIBYTES = 384;
    private static final int YOUNG_MEBIBYTES = 48;
    private static final int POLL_MILLIS = 20;

    private VerifySpeed() {}

    /// Signatures of single records take their time; a share of the leaves shows it as well.
    private static final int ALONE_SHARE = 10;

    /// Entries a second.
    ///
    /// @param together where sources sealed many records at once
    /// @param alone where every record has a signature of its own
    /// @param again where an earlier verification covered the leaves
    /// @param peakMebibytes most memory that was resident, of the whole process, in the first of these
    record Result(double together, double alone, double again, long entries, double peakMebibytes) {}

    /// @param seconds of processor time
    private record Spent(double seconds, double peakMebibytes) {}

    static Result measure(Path folder, long entries, Out out) throws InterruptedException {
        try {
            Folders.delete(folder);
            GeneratedLog log = new GeneratedLog(7, entries);
            out.progress("making an export of " + entries + " leaves");
            Path export = folder.resolve("export");
            Checkpoint checkpoint = ExportWriter.write(export, bytes(log), GeneratedLog.ORIGIN, log.logKey());
            Path kept = folder.resolve("kept-checkpoint");
            Files.write(kept, checkpoint.sign(log.logKey()).bytes());
            String key = log.logKey().verifyingKey().base64();
            List<String> arguments = List.of(export.toString(), "--key", key, "--json");
            Spent together = run(arguments);
            out.progress("with every signature: %.1f s of processor time, %.0f MiB at most"
                    .formatted(together.seconds(), together.peakMebibytes()));
            double again = entries
                    / run(with(arguments, "--verified", kept.toString())).seconds();
            Folders.delete(export);
            double alone = alone(export, Math.max(1, entries / ALONE_SHARE));
            return new Result(entries / together.seconds(), alone, again, entries, together.peakMebibytes());
        } catch (IOException e) {
            throw CliException.refused("cannot measure verification: " + e.getMessage());
        }
    }

    private static double alone(Path export, long entries) throws IOException, InterruptedException {
        GeneratedLog log = new GeneratedLog(7, entries, false);
        ExportWriter.write(export, bytes(log), GeneratedLog.ORIGIN, log.logKey());
        String key = log.logKey().verifyingKey().base64();
        return entries / run(List.of(export.toString(), "--key", key, "--json")).seconds();
    }

    private static List<String> with(List<String> arguments, String... more) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return all;
    }

    private static Iterator<byte[]> bytes(GeneratedLog log) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return log.hasNext();
            }

            @Override
            public byte[] next() {
                return log.next().leaf();
            }
        };
    }

    /// Processor time of the whole process, from its start to its end, compiler and collector included.
    private static Spent run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MEBIBYTES + "m",
                "-XX:MaxNewSize=" + YOUNG_MEBIBYTES + "m",
                "-XX:ActiveProcessorCount=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Verify.class.getName()));
        command.addAll(arguments);
        Path answer = Files.createTempFile("revontuli-verify", ".json");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile())
                    .start();
            Duration spent = Duration.ZERO;
            long peak = 0;
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                spent = ProcessFigures.cpu(process.pid());
                peak = Math.max(peak, ProcessFigures.residentKibibytes(process.pid()));
            }
            String text = Files.readString(answer);
            if (process.exitValue() != 0
                    || !new ObjectMapper().readTree(text).path("ok").asBoolean()) {
                throw new IOException("the verifier says: " + text);
            }
            return new Spent(spent.toNanos() / 1e9, peak / 1024.0);
        } finally {
            Files.delete(answer);
        }
    }
}
