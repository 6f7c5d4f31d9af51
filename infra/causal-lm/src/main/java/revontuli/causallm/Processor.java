package revontuli.causallm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the processor can multiply, as the system tells; nothing where it does not tell.
record Processor(Set<String> flags) {
    private static final Path SOURCE = Path.of("/proc/cpuinfo");
    private static final String FLAGS = "flags";

    static Processor here() {
        try (Stream<String> lines = Files.lines(SOURCE)) {
            return lines.filter(line -> line.startsWith(FLAGS) && line.indexOf(':') > 0)
                    .findFirst()
                    .map(line -> of(line.substring(line.indexOf(':') + 1)))
                    .orElse(new Processor(Set.of()));
        } catch (IOException _) {
            return new Processor(Set.of()); // another kind of system
        }
    }

    static Processor of(String flags) {
        return new Processor(Arrays.stream(flags.strip().split("\\s+"))
                .filter(flag -> !flag.isEmpty())
                .collect(Collectors.toSet()));
    }

    /// Dot products of bytes.
    boolean bytes() {
        return flags.contains("avx512_vnni") || flags.contains("avx_vnni") || flags.contains("amx_int8");
    }

    boolean bf16() {
        return flags.contains("avx512_bf16") || flags.contains("amx_bf16");
    }

    /// The kind for receipts: bits repeat within a kind.
    String kind() {
        for (String kind : new String[] {"amx_int8", "avx512_bf16", "avx512_vnni", "avx512f", "avx2"}) {
            if (flags.contains(kind)) {
                return "cpu " + kind.replace('_', '-');
            }
        }
        return "cpu";
    }
}
