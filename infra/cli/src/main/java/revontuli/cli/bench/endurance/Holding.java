package revontuli.cli.bench.endurance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import revontuli.cli.CliException;
import revontuli.cli.bench.ProcessFigures;

/// What the process of a service holds at one time.
///
/// @param heap MiB of objects that live after a full collection
/// @param outside MiB of resident memory outside the Java heap: weights, slots, libraries, buffers, stacks, code
/// @param files open files, sockets and pipes
record Holding(double heap, double outside, double threads, double files) {
    private static final double MEBI = 1024;
    private static final int JCMD_SECONDS_MAX = 60;
    /// Of each generation; JDKs differ in what they call it.
    private static final Pattern USED =
            Pattern.compile("total \\d+K, used (\\d+)K \\[0x([0-9a-f]+), .*0x([0-9a-f]+)\\)");

    /// Collects the garbage of the process and looks. The process must be a Java machine with the serial collector.
    static Holding of(long pid) {
        Heap heap = heap(jcmd(pid, "GC.run\nGC.heap_info"));
        return new Holding(
                heap.usedKibibytes() / MEBI,
                ProcessFigures.residentOutsideKibibytes(pid, heap.from(), heap.to()) / MEBI,
                ProcessFigures.threads(pid),
                ProcessFigures.openFiles(pid));
    }

    /// The Java heap: what is used of it, its first address and the one behind its last.
    record Heap(long usedKibibytes, long from, long to) {}

    /// Reads what `GC.heap_info` prints.
    static Heap heap(String info) {
        Matcher generations = USED.matcher(info);
        long used = 0;
        long from = Long.MAX_VALUE;
        long to = 0;
        while (generations.find()) {
            used += Long.parseLong(generations.group(1));
            from = Math.min(from, Long.parseLong(generations.group(2), 16));
            to = Math.max(to, Long.parseLong(generations.group(3), 16));
        }
        if (to == 0) {
            throw CliException.refused("jcmd told nothing of the heap's generations: " + info);
        }
        return new Heap(used, from, to);
    }

    private static String jcmd(long pid, String commands) {
        Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process process = new ProcessBuilder(
                            program.toString(), "-J-XX:TieredStopAtLevel=1", Long.toString(pid), commands)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(JCMD_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw CliException.refused("jcmd could not ask process " + pid + ": " + said.strip());
            }
            return said;
        } catch (IOException e) {
            throw CliException.refused("cannot run " + program + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.refused("interrupted");
        }
    }
}
