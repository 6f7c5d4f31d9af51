package revontuli.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import revontuli.cli.Out;

/// Compares tokenizers on one vocabulary after another: the same documents, in turns, on one thread, by processor time.
final class TokenizerBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HOSTILE_SMALL = 1 << 18;

    private final Map<String, List<String>> texts;
    private final int rounds;
    private final Out out;

    private final ObjectNode result = JSON.createObjectNode();
    private final ObjectNode rates = JSON.createObjectNode();
    private final ObjectNode ratios = JSON.createObjectNode();
    private final ObjectNode peers = JSON.createObjectNode();
    private final List<Double> overLibrary = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();
    private double leastRatio = Double.MAX_VALUE;

    TokenizerBench(Map<String, List<String>> texts, int rounds, Out out) {
        this.texts = texts;
        this.rounds = rounds;
        this.out = out;
    }

    /// Measures one vocabulary; ours comes first in the list.
    void vocabulary(String name, List<TokenizerPeer> all) {
        for (TokenizerPeer peer : all) {
            peers.put(peer.name(), "");
        }
        for (Map.Entry<String, List<String>> text : texts.entrySet()) {
            compare(name, text.getKey(), text.getValue(), all);
        }
    }

    private void compare(String vocabulary, String text, List<String> documents, List<TokenizerPeer> all) {
        Map<String, List<Double>> cold = new HashMap<>();
        Map<String, List<Double>> warm = new HashMap<>();
        Map<String, String> digests = new LinkedHashMap<>();
        for (TokenizerPeer peer : all) {
            digests.put(peer.name(), peer.encode(documents).digest()); // also warms up the code
        }
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < all.size(); turn++) {
                TokenizerPeer peer = all.get((turn + round) % all.size());
                peer.cool();
                cold.computeIfAbsent(peer.name(), unseen -> new ArrayList<>())
                        .add(peer.encode(documents).seconds());
                warm.computeIfAbsent(peer.name(), unseen -> new ArrayList<>())
                        .add(peer.encode(documents).seconds());
            }
        }
        String ours = all.getFirst().name();
        double megabytes = TokenizerTexts.bytes(documents) / 1e6;
        for (TokenizerPeer peer : all) {
            String key = vocabulary + "/" + text;
            double warmRate = megabytes / median(list(warm, peer.name()));
            double coldRate = megabytes / median(list(cold, peer.name()));
            rates.withObject("/" + escaped(peer.name()))
                    .putObject(key)
                    .put("warm", round(warmRate))
                    .put("cold", round(coldRate));
            out.line("%-10s %-4s %-24s %8.1f MB/s warm %8.1f MB/s cold"
                    .formatted(vocabulary, text, peer.name(), warmRate, coldRate));
            if (!Objects.equals(digests.get(ours), digests.get(peer.name()))) {
                differences.add(peer.name() + " on " + key);
            }
            if (!peer.name().equals(ours)) {
                double ratio = median(list(warm, peer.name())) / median(list(warm, ours));
                double coldRatio = median(list(cold, peer.name())) / median(list(cold, ours));
                ratios.withObject("/" + escaped(peer.name()))
                        .putObject(key)
                        .put("warm", round(ratio))
                        .put("cold", round(coldRatio));
                leastRatio = Math.min(leastRatio, Math.min(ratio, coldRatio));
                if (peer.name().contains("tokenizers")) {
                    overLibrary.add(ratio);
                }
            }
        }
    }

    /// The worst of time for twice the text over time for the text, over all hostile families.
    void hostile(TokenizerPeer ours) {
        ObjectNode doublings = result.putObject("doublings");
        double worst = 0;
        for (String family : HostileTexts.FAMILIES.keySet()) {
            List<String> small = List.of(HostileTexts.of(family, HOSTILE_SMALL));
            List<String> large = List.of(HostileTexts.of(family, 2 * HOSTILE_SMALL));
            List<Double> once = new ArrayList<>();
            List<Double> twice = new ArrayList<>();
            for (int round = 0; round < rounds + 2; round++) {
                once.add(ours.encode(small).seconds());
                twice.add(ours.encode(large).seconds());
            }
            double doubling = least(twice) / least(once);
            doublings.put(family, round(doubling));
            worst = Math.max(worst, doubling);
        }
        result.put("worst_doubling", round(worst));
        out.line("worst doubling " + round(worst));
    }

    ObjectNode finish() {
        result.put("identical_ids", differences.isEmpty());
        differences.forEach(result.putArray("differences")::add);
        result.set("ratio", ratios);
        double logarithms = overLibrary.stream().mapToDouble(Math::log).sum();
        result.put("ratio_hf_geomean", round(Math.exp(logarithms / Math.max(1, overLibrary.size()))));
        result.put("ratio_best_peer_min", round(leastRatio));
        result.set("mb_per_s", rates);
        result.putNull("ratio_grpc");
        result.put("ratio_grpc_reason", "measured against a running service, not here");
        List<String> names = new ArrayList<>();
        peers.fieldNames().forEachRemaining(names::add);
        names.forEach(result.putArray("peers")::add);
        out.line("identical ids " + differences.isEmpty() + ", over Hugging Face "
                + result.path("ratio_hf_geomean").asDouble() + " times, least over any peer "
                + result.path("ratio_best_peer_min").asDouble());
        return result;
    }

    private static List<Double> list(Map<String, List<Double>> all, String name) {
        return all.getOrDefault(name, List.of());
    }

    private static double median(List<Double> seconds) {
        double[] sorted =
                seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double least(List<Double> seconds) {
        return Arrays.stream(seconds.stream().mapToDouble(Double::doubleValue).toArray())
                .min()
                .orElseThrow();
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
