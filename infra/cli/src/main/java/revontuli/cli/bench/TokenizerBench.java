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
import org.jspecify.annotations.Nullable;
import revontuli.bpe.BpeTokenizer;
import revontuli.bpe.Specials;
import revontuli.cli.Out;

/// Compares tokenizers on one vocabulary after another: the same documents, in turns, on one thread, by processor time.
final class TokenizerBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HOSTILE_SMALL = 1 << 19;
    /// Calls at a time over gRPC, besides one at a time.
    private static final int IN_FLIGHT = 4;
    /// Documents of a turn over gRPC: so many batches that those at its begin and end do not count.
    private static final int DOCUMENTS_SERVED = 48 * ServedTokenizer.DOCUMENTS_A_BATCH;
    /// Memory may grow by this between a tenth of a long document and its end and still count as flat.
    private static final long FLAT_BYTES = 32L << 20;

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
    private double worstDoubling;

    TokenizerBench(Map<String, List<String>> texts, int rounds, Out out) {
        this.texts = texts;
        this.rounds = rounds;
        this.out = out;
    }

    /// Measures one vocabulary; ours comes first in the list.
    void vocabulary(String name, List<TokenizerPeer> all) {
        for (TokenizerPeer peer : all) {
            peers.put(peer.name(), peer.version());
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
                if (peer.isHuggingFace()) {
                    overLibrary.add(ratio);
                }
            }
        }
    }

    /// The worst of time for twice the text over time for the text, over all hostile families.
    ///
    /// @param vocabulary its name, for the result
    void hostile(String vocabulary, TokenizerPeer ours) {
        ObjectNode doublings = result.withObject("/doublings").putObject(vocabulary);
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
            worstDoubling = Math.max(worstDoubling, doubling);
        }
        out.line("worst doubling so far, on " + vocabulary + ": " + round(worstDoubling));
    }

    /// Batches to the service beside the same documents in this process, by the clock, in turns.
    void served(ServedTokenizer served, BpeTokenizer tokenizer) {
        ObjectNode byText = result.putObject("grpc");
        double[] sums = new double[3];
        texts.forEach((name, few) -> {
            List<String> documents = repeated(few);
            String expected = digest(documents, tokenizer);
            List<List<Double>> times = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int round = -2; round < rounds; round++) { // the first ones warm up
                double here = encode(documents, tokenizer);
                TokenizerPeer.Run many = served.encode(documents, IN_FLIGHT);
                TokenizerPeer.Run one = served.encode(documents, 1);
                if (!expected.equals(many.digest()) || !expected.equals(one.digest())) {
                    differences.add("tokenizer-svc on " + name);
                }
                if (round >= 0) {
                    times.get(0).add(here);
                    times.get(1).add(many.seconds());
                    times.get(2).add(one.seconds());
                }
            }
            double megabytes = TokenizerTexts.bytes(documents) / 1e6;
            byText.putObject(name)
                    .put("in_process_mb_per_s", round(megabytes / median(times.get(0))))
                    .put("mb_per_s", round(megabytes / median(times.get(1))))
                    .put("mb_per_s_one_call", round(megabytes / median(times.get(2))));
            for (int i = 0; i < sums.length; i++) {
                sums[i] += median(times.get(i));
            }
        });
        result.put("ratio_grpc", round(sums[0] / sums[1]));
        result.put("ratio_grpc_one_call", round(sums[0] / sums[2]));
        result.put("grpc_calls_in_flight", IN_FLIGHT);
        out.line("over gRPC %.2f of the rate in this process, %.2f with one call at a time"
                .formatted(sums[0] / sums[1], sums[0] / sums[2]));
    }

    private static List<String> repeated(List<String> documents) {
        List<String> many = new ArrayList<>();
        while (many.size() < DOCUMENTS_SERVED) {
            many.addAll(documents);
        }
        return many;
    }

    private static double encode(List<String> documents, BpeTokenizer tokenizer) {
        long begin = System.nanoTime();
        for (String document : documents) {
            tokenizer.encode(document, Specials.AS_TEXT);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static String digest(List<String> documents, BpeTokenizer tokenizer) {
        IdDigest digest = new IdDigest();
        for (String document : documents) {
            for (int id : tokenizer.encode(document, Specials.AS_TEXT)) {
                digest.add(id);
            }
        }
        return digest.hex();
    }

    /// A long document, in this process and to the service.
    void document(long bytes, BpeTokenizer tokenizer, @Nullable ServedTokenizer served) {
        StreamedDocument document = new StreamedDocument(
                texts.values().stream().flatMap(List::stream).toList(), bytes);
        ObjectNode found = result.putObject("document");
        ObjectNode here = document.here(tokenizer);
        found.set("in_process", here);
        boolean flat = here.path("heap_bytes_at_end").asLong()
                        - here.path("heap_bytes_at_tenth").asLong()
                < FLAT_BYTES;
        out.line("a document of %d bytes here: %s".formatted(bytes, here));
        if (served != null) {
            ObjectNode there = document.to(served);
            found.set("served", there);
            long grown = there.path("resident_kib_at_end").asLong()
                    - there.path("resident_kib_at_tenth").asLong();
            flat &= grown * 1024 < FLAT_BYTES;
            if (there.path("tokens").asLong() != here.path("tokens").asLong()) {
                differences.add("tokenizer-svc on a document of " + bytes + " bytes");
            }
            out.line("the same to the service: " + there);
        }
        result.put("memory_flat", flat);
    }

    ObjectNode finish() {
        result.put("identical_ids", differences.isEmpty());
        differences.forEach(result.putArray("differences")::add);
        result.set("ratio", ratios);
        result.put("ratio_hf_peers", "Hugging Face tokenizers, by its Python package and by DJL's binding; warm");
        if (overLibrary.isEmpty()) {
            result.putNull("ratio_hf_geomean").putNull("ratio_best_peer_min");
        } else {
            double logarithms = overLibrary.stream().mapToDouble(Math::log).sum();
            result.put("ratio_hf_geomean", round(Math.exp(logarithms / overLibrary.size())))
                    .put("ratio_best_peer_min", round(leastRatio));
        }
        result.set("mb_per_s", rates);
        if (worstDoubling > 0) {
            result.put("worst_doubling", round(worstDoubling));
        } else {
            result.putNull("worst_doubling");
        }
        if (!result.has("ratio_grpc")) {
            result.putNull("ratio_grpc");
        }
        peers.remove(JvmPeers.OURS);
        result.set("peers", peers);
        out.line("identical ids " + differences.isEmpty()
                + (overLibrary.isEmpty()
                        ? ""
                        : ", over Hugging Face " + result.path("ratio_hf_geomean") + " times, least over any peer "
                                + result.path("ratio_best_peer_min")));
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
