package revontuli.cli.bench;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import revontuli.bpe.BpeTokenizer;
import revontuli.bpe.NotOurs;
import revontuli.bpe.Specials;
import revontuli.cli.CliException;

/// Libraries that run in this process.
final class JvmPeers {
    static final String OURS = "revontuli";

    private JvmPeers() {}

    static BpeTokenizer read(byte[] json) {
        try {
            return BpeTokenizer.read(json);
        } catch (NotOurs e) {
            throw CliException.refused("the tokenizer is not byte-level BPE: " + e.getMessage());
        }
    }

    /// Version of the jar that a class comes from.
    private static String version(Class<?> of) {
        Matcher name = Pattern.compile(".*-(\\d[^/]*)\\.jar$")
                .matcher(of.getProtectionDomain().getCodeSource().getLocation().getPath());
        return name.matches() ? name.group(1) : "unknown";
    }

    static TokenizerPeer ours(byte[] tokenizerJson) {
        return new Own(tokenizerJson);
    }

    static TokenizerPeer jtokkit() {
        Encoding encoding = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
        return new Fixed<IntArrayList>("JTokkit", version(Encodings.class), encoding::encodeOrdinary, (ids, digest) -> {
            for (int i = 0; i < ids.size(); i++) {
                digest.add(ids.get(i));
            }
        });
    }

    static TokenizerPeer djl(byte[] tokenizerJson) {
        return new Djl(tokenizerJson);
    }

    @FunctionalInterface
    private interface Digesting<T> {
        void add(T ids, IdDigest digest);
    }

    private static <T> TokenizerPeer.Run timed(
            List<String> documents, Function<String, T> encoder, Digesting<T> digesting) {
        List<T> all = new ArrayList<>(documents.size());
        long before = cpu();
        for (String document : documents) {
            all.add(encoder.apply(document));
        }
        long after = cpu();
        IdDigest digest = new IdDigest();
        all.forEach(ids -> digesting.add(ids, digest));
        return new TokenizerPeer.Run((after - before) / 1e9, digest.count(), digest.hex());
    }

    static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static final class Own implements TokenizerPeer {
        private final byte[] json;
        private BpeTokenizer tokenizer;

        Own(byte[] json) {
            this.json = json;
            this.tokenizer = read(json);
        }

        @Override
        public String name() {
            return OURS;
        }

        @Override
        public String version() {
            return JvmPeers.version(BpeTokenizer.class);
        }

        @Override
        public void cool() {
            tokenizer = read(json);
        }

        @Override
        public Run encode(List<String> documents) {
            BpeTokenizer used = tokenizer;
            return timed(documents, text -> used.encode(text, Specials.AS_TEXT), (ids, digest) -> {
                for (int id : ids) {
                    digest.add(id);
                }
            });
        }

        @Override
        public void close() {
            // nothing native stands behind it
        }
    }

    private static final class Fixed<T> implements TokenizerPeer {
        private final String name;
        private final String version;
        private final Function<String, T> encoder;
        private final Digesting<T> digesting;

        Fixed(String name, String version, Function<String, T> encoder, Digesting<T> digesting) {
            this.name = name;
            this.version = version;
            this.encoder = encoder;
            this.digesting = digesting;
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
        public void cool() {
            // keeps no words
        }

        @Override
        public Run encode(List<String> documents) {
            return timed(documents, encoder, digesting);
        }

        @Override
        public void close() {
            // nothing native stands behind it
        }
    }

    private static final class Djl implements TokenizerPeer {
        private final byte[] json;
        private HuggingFaceTokenizer tokenizer;

        Djl(byte[] json) {
            this.json = json;
            this.tokenizer = open(json);
        }

        private static HuggingFaceTokenizer open(byte[] json) {
            try {
                return HuggingFaceTokenizer.newInstance(
                        new ByteArrayInputStream(json),
                        Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String name() {
            return "DJL binding";
        }

        @Override
        public String version() {
            return JvmPeers.version(HuggingFaceTokenizer.class);
        }

        @Override
        public boolean isHuggingFace() {
            return true;
        }

        @Override
        public void cool() {
            tokenizer.close();
            tokenizer = open(json);
        }

        @Override
        public Run encode(List<String> documents) {
            HuggingFaceTokenizer used = tokenizer;
            return timed(documents, text -> used.encode(text, false, false).getIds(), (ids, digest) -> {
                for (long id : ids) {
                    digest.add(id);
                }
            });
        }

        @Override
        public void close() {
            tokenizer.close();
        }
    }
}
