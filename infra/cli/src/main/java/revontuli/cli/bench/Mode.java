package revontuli.cli.bench;

import java.util.Locale;

/// In which forms a service can run.
public enum Mode {
    NATIVE("GraalVM executable"),
    AOT("as jvm, with what an earlier run loaded (JDK 25 AOT cache)"),
    JVM("as the launcher starts it: SerialGC, first compiler only"),
    JIT("as jvm, with both compilers");

    private final String meaning;

    Mode(String meaning) {
        this.meaning = meaning;
    }

    /// As it is written on the command line and in results.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String meaning() {
        return meaning;
    }
}
