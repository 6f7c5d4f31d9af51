package revontuli.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import revontuli.cli.CliException;

/// What Linux tells of a process.
public final class ProcessFigures {
    private static final long TICK_MILLIS = 10; // USER_HZ is 100 on every Linux this runs on
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ ");

    private ProcessFigures() {}

    /// Processor time of all its threads so far, those that have ended included; in steps of 10 ms.
    public static Duration cpu(long pid) {
        try {
            return cpu(Files.readString(file(pid, "stat")));
        } catch (IOException e) {
            throw gone(pid, e);
        }
    }

    /// @param stat one line of the system; the program's name in parentheses may hold anything
    static Duration cpu(String stat) {
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return Duration.ofMillis(
                TICK_MILLIS * (Long.parseLong(fields.get(USER_TIME)) + Long.parseLong(fields.get(SYSTEM_TIME))));
    }

    /// Resident memory in KiB, shared pages counted whole.
    public static long residentKibibytes(long pid) {
        return kibibytes(pid, "status", "VmRSS:");
    }

    /// Resident memory in KiB, shared pages counted by share.
    static long proportionalKibibytes(long pid) {
        return kibibytes(pid, "smaps_rollup", "Pss:");
    }

    /// Threads it has now.
    public static int threads(long pid) {
        return (int) kibibytes(pid, "status", "Threads:");
    }

    /// Files, sockets and pipes that it has open.
    public static int openFiles(long pid) {
        try (Stream<Path> open = Files.list(file(pid, "fd"))) {
            return (int) open.count();
        } catch (IOException e) {
            throw gone(pid, e);
        }
    }

    /// Resident memory in KiB outside a range of addresses.
    ///
    /// @param from first address
    /// @param to behind the last
    public static long residentOutsideKibibytes(long pid, long from, long to) {
        try (Stream<String> lines = Files.lines(file(pid, "smaps"))) {
            return residentOutsideKibibytes(lines, from, to);
        } catch (IOException e) {
            throw gone(pid, e);
        }
    }

    static long residentOutsideKibibytes(Stream<String> smaps, long from, long to) {
        boolean inside = false;
        long sum = 0;
        for (String line : (Iterable<String>) smaps::iterator) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.lookingAt()) {
                long begin = Long.parseUnsignedLong(mapping.group(1), 16);
                inside = Long.compareUnsigned(begin, from) >= 0 && Long.compareUnsigned(begin, to) < 0;
            } else if (!inside && line.startsWith("Rss:")) {
                sum += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return sum;
    }

    private static long kibibytes(long pid, String file, String name) {
        try (Stream<String> lines = Files.lines(file(pid, file))) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw gone(pid, e);
        }
    }

    private static Path file(long pid, String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }

    private static CliException gone(long pid, IOException e) {
        return CliException.refused("cannot read the figures of process " + pid
                + " (they need Linux and a living process): " + e.getMessage());
    }
}
