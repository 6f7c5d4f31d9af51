package revontuli.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import revontuli.cli.CliException;
import revontuli.cli.IoReason;

/// The result of `bench tokenizer` as a Markdown page, with its JSON beside it.
final class TokenizerPage {
    private final ObjectNode result;
    private final List<String> lines = new ArrayList<>();

    private TokenizerPage(ObjectNode result) {
        this.result = result;
    }

    static void write(Path page, ObjectNode result, Machine machine, String command) {
        String name = String.valueOf(page.getFileName());
        Path data = page.resolveSibling((name.endsWith(".md") ? name.substring(0, name.length() - 3) : name) + ".json");
        List<String> lines = new TokenizerPage(result).lines(machine, command);
        lines.addAll(List.of("", "Every figure: [" + data.getFileName() + "](" + data.getFileName() + ")."));
        try {
            Files.writeString(page, String.join("\n", lines) + "\n");
            Files.writeString(data, result.toPrettyString() + "\n");
        } catch (IOException e) {
            throw CliException.refused("cannot write " + page + ": " + IoReason.of(e));
        }
    }

    private List<String> lines(Machine machine, String command) {
        lines.addAll(List.of("# tokenizer", "", "    " + command, ""));
        lines.addAll(machine.lines());
        lines.add("- beside: " + String.join(", ", peers()));
        lines.addAll(List.of("", "What the columns mean is in [README.md](README.md#tokenizer).", ""));
        summary();
        rates();
        grpc();
        return lines;
    }

    private List<String> peers() {
        List<String> peers = new ArrayList<>();
        result.path("peers")
                .properties()
                .forEach(peer -> peers.add(peer.getKey() + " " + peer.getValue().asText()));
        return peers;
    }

    private void summary() {
        lines.addAll(List.of("| what | found |", "| --- | ---: |"));
        row("identical ids", result.path("identical_ids"));
        row("over Hugging Face, geometric mean", result.path("ratio_hf_geomean"));
        row("over the best peer, least of all texts, cold and warm", result.path("ratio_best_peer_min"));
        row("worst doubling to 1 Mi characters", result.path("worst_doubling"));
        row("batches over gRPC, of the rate in process", result.path("ratio_grpc"));
        row("the same, one call at a time", result.path("ratio_grpc_one_call"));
        row("memory flat over the document", result.path("memory_flat"));
    }

    private void rates() {
        JsonNode ours = result.path("mb_per_s").path(JvmPeers.OURS);
        lines.addAll(List.of(
                "", "Megabytes a second of one thread's processor time, warm (cold); in brackets ours over it:", ""));
        List<String> libraries = new ArrayList<>();
        result.path("ratio").fieldNames().forEachRemaining(libraries::add);
        lines.add("| vocabulary, text | " + JvmPeers.OURS + " | " + String.join(" | ", libraries) + " |");
        lines.add("| --- | ---: |" + " ---: |".repeat(libraries.size()));
        for (Map.Entry<String, JsonNode> text : ours.properties()) {
            StringBuilder line = new StringBuilder("| " + text.getKey() + " | " + pair(text.getValue()) + " |");
            for (String library : libraries) {
                JsonNode rate = result.path("mb_per_s").path(library).path(text.getKey());
                JsonNode ratio = result.path("ratio").path(library).path(text.getKey());
                line.append(rate.isMissingNode() ? " |" : " " + pair(rate) + " [" + pair(ratio) + "] |");
            }
            lines.add(line.toString());
        }
    }

    private static String pair(JsonNode figures) {
        return figures.path("warm").asText() + " (" + figures.path("cold").asText() + ")";
    }

    private void grpc() {
        if (result.has("grpc")) {
            lines.addAll(
                    List.of("", "Megabytes a second by the clock, our own vocabulary, batches of 64 documents:", ""));
            lines.add("| text | in process, one thread | gRPC, " + result.path("grpc_calls_in_flight")
                    + " calls at a time | one call at a time |");
            lines.add("| --- | ---: | ---: | ---: |");
            result.path("grpc")
                    .properties()
                    .forEach(text -> lines.add("| " + text.getKey() + " | "
                            + text.getValue().path("in_process_mb_per_s") + " | "
                            + text.getValue().path("mb_per_s") + " | "
                            + text.getValue().path("mb_per_s_one_call") + " |"));
        }
        lines.addAll(List.of("", "One streamed document:", ""));
        result.path("document").properties().forEach(way -> lines.add("- " + way.getKey() + ": " + way.getValue()));
    }

    private void row(String what, JsonNode value) {
        lines.add("| " + what + " | " + value.asText("not measured") + " |");
    }
}
