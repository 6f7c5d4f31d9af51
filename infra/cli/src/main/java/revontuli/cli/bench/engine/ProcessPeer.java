package revontuli.cli.bench.engine;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import revontuli.cli.CliException;

/// An engine in a process of its own that is asked line by line (`infra/bench/llama_peer.cpp`, `transformers_peer.py`).
final class ProcessPeer implements EnginePeer {
    private final String name;
    private final String version;
    private final Process process;
    private final BufferedWriter in;
    private final BufferedReader out;

    ProcessPeer(String name, String version, List<String> command, Map<String, String> environment) {
        this.name = name;
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw CliException.refused("cannot start " + command.getFirst() + ": " + e.getMessage());
        }
        in = process.outputWriter(StandardCharsets.UTF_8);
        out = process.inputReader(StandardCharsets.UTF_8);
        this.version = version + ", " + line().replaceFirst("^ready ?", "").strip();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public double[] decode(int streams, int steps) {
        return ask("decode " + streams + " " + steps);
    }

    @Override
    public double[] prefill(int tokens, int times) {
        return ask("prefill " + tokens + " " + times);
    }

    private double[] ask(String question) {
        try {
            in.write(question);
            in.newLine();
            in.flush();
        } catch (IOException e) {
            throw CliException.refused(name + " does not answer: " + e.getMessage());
        }
        return Arrays.stream(line().strip().split(" +"))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private String line() {
        try {
            String line = out.readLine();
            if (line == null) {
                throw CliException.refused(name + " ended; what it said is above");
            }
            return line;
        } catch (IOException e) {
            throw CliException.refused(name + " does not answer: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
