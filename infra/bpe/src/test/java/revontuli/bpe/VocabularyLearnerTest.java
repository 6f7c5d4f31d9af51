package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VocabularyLearnerTest {
    private static final List<String> SPECIALS = List.of("<|endoftext|>", "<fim_prefix>", "Hello");

    @ParameterizedTest
    @EnumSource(VocabularyPlan.Split.class)
    void aLearnedVocabularyIsReadAndEncodedAlikeByTheReference(VocabularyPlan.Split split) throws Exception {
        byte[] json = learner(700, split)
                .learn(corpus()::forEach, 2, VocabularyLearner.Progress.NONE)
                .tokenizerJson();
        BpeTokenizer ours = BpeTokenizer.read(json);
        assertThat(ours.size()).isEqualTo(700);
        assertThat(ours.addedTokens()).extracting(AddedToken::content).isEqualTo(SPECIALS);
        Texts texts = new Texts(5);
        try (Reference reference = new Reference(json)) {
            for (int i = 0; i < 300; i++) {
                String text = texts.next(15);
                int[] ids = ours.encode(text, Specials.AS_TOKENS);
                assertThat(ids).as(text).isEqualTo(reference.encode(text).ids());
                assertThat(ours.decode(ids, false)).isEqualTo(text);
            }
        }
    }

    @Test
    void orderOfTextsAndThreadsChangeNothing() throws Exception {
        List<byte[]> texts = new ArrayList<>(corpus());
        byte[] first = learner(600, VocabularyPlan.Split.STARCODER)
                .learn(texts::forEach, 1, VocabularyLearner.Progress.NONE)
                .tokenizerJson();
        Collections.shuffle(texts, new Random(1));
        byte[] second = learner(600, VocabularyPlan.Split.STARCODER)
                .learn(texts::forEach, 4, VocabularyLearner.Progress.NONE)
                .tokenizerJson();
        assertThat(second).isEqualTo(first);
    }

    @Test
    void longWordsAreCutBetweenCharacters() {
        WordCounts counts = new WordCounts(VocabularyFile.stages(VocabularyPlan.Split.GPT2), 100);
        counts.count(bytes("\u3042".repeat(1_000)));
        assertThat(counts.counts().keySet()).hasSizeGreaterThan(1).allSatisfy(word -> assertThat(
                        Utf8.firstMalformed(word.bytes(), 0, word.bytes().length))
                .isEqualTo(-1));
    }

    @Test
    void textNeverBecomesASpecialToken() throws Exception {
        List<byte[]> texts = Collections.nCopies(50, bytes("Hello Hello Hello"));
        BpeTokenizer tokenizer = BpeTokenizer.read(learner(300, VocabularyPlan.Split.GPT2)
                .learn(texts::forEach, 1, VocabularyLearner.Progress.NONE)
                .tokenizerJson());
        for (int id : tokenizer.encode("Hello Hello", Specials.AS_TEXT)) {
            assertThat(tokenizer.isSpecial(id)).isFalse();
        }
        assertThat(tokenizer.encode("Hello", Specials.AS_TOKENS)).containsExactly(2);
    }

    @Test
    void theCommonestPairIsMergedFirstAndRarePairsNever() throws Exception {
        VocabularyPlan plan = new VocabularyPlan(1000, 3, List.of(), VocabularyPlan.Split.GPT2, 64);
        VocabularyLearner.Learned learned = new VocabularyLearner(plan, VocabularyLearner.Limits.DEFAULT)
                .learn(texts -> texts.accept(bytes("abab abab xy xy ab ab")), 1, VocabularyLearner.Progress.NONE);
        BpeTokenizer tokenizer = BpeTokenizer.read(learned.tokenizerJson());
        assertThat(tokenizer.token(256)).isEqualTo("ab");
        assertThat(learned.merges()).isEqualTo(2); // ab 6 times, then a space before it 3 times; the rest only twice
        assertThat(tokenizer.token(257)).isEqualTo("\u0120ab");
    }

    @Test
    void limitsHoldAtTheLimitAndNotPastIt() throws Exception {
        List<byte[]> texts = List.of(bytes("one two"), bytes("three"));
        VocabularyPlan plan = new VocabularyPlan(256, 1, List.of(), VocabularyPlan.Split.GPT2, 64);
        assertThat(new VocabularyLearner(plan, new VocabularyLearner.Limits(7, 12, 3))
                        .learn(texts::forEach, 1, VocabularyLearner.Progress.NONE)
                        .tokens())
                .isEqualTo(256);
        assertThatThrownBy(() -> new VocabularyLearner(plan, new VocabularyLearner.Limits(6, 12, 3))
                        .learn(texts::forEach, 1, VocabularyLearner.Progress.NONE))
                .hasMessageContaining("allowed are 6");
        assertThatThrownBy(() -> new VocabularyLearner(plan, new VocabularyLearner.Limits(7, 11, 3))
                        .learn(texts::forEach, 1, VocabularyLearner.Progress.NONE))
                .hasMessageContaining("more than 11 bytes");
        assertThatThrownBy(() -> new VocabularyLearner(plan, new VocabularyLearner.Limits(7, 12, 2))
                        .learn(texts::forEach, 1, VocabularyLearner.Progress.NONE))
                .hasMessageContaining("more than 2 different words");
        assertThatThrownBy(() -> new VocabularyPlan(257, 1, List.of("ab", "cd"), VocabularyPlan.Split.GPT2, 64))
                .hasMessageStartingWith("size: must be from 258");
    }

    private static VocabularyLearner learner(int size, VocabularyPlan.Split split) {
        return new VocabularyLearner(
                new VocabularyPlan(size, 2, SPECIALS, split, 64), VocabularyLearner.Limits.DEFAULT);
    }

    private static List<byte[]> corpus() throws IOException {
        List<byte[]> texts = new ArrayList<>();
        for (String language : List.of("en", "fi", "hi", "ja", "vi", "code")) {
            try (Stream<String> lines = Files.lines(Variants.SHIPPED
                    .resolve("../../sample/" + language + ".jsonl")
                    .normalize())) {
                lines.limit(20).forEach(line -> texts.add(bytes(line)));
            }
        }
        return texts;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
