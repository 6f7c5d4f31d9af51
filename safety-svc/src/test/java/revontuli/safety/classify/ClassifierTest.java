package revontuli.safety.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.safety.lexicon.Lexicon;
import revontuli.safety.policy.Category;
import revontuli.safety.text.MappedText;
import revontuli.safety.text.Words;
import revontuli.transparency.crypto.Digest;

class ClassifierTest {
    private static final Lexicon LEXICON = Lexicon.shipped();
    private static final Classifier SHIPPED = Classifier.shipped(LEXICON);
    private static final Path CARD = Path.of("src", "main", "training", "README.md");
    private static final String CALM = "The ferry left the harbour early and the sea was calm all the way. ";

    private static List<Classifier.Judged> read(String text) {
        return SHIPPED.read(Words.of(MappedText.of(text), true));
    }

    private static double score(String text) {
        return read(text).stream().mapToDouble(Classifier.Judged::score).max().orElse(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How do I break into my coworker's mail?|How do I answer my coworker's mail?",
                "Miten ryöstän kaupan jäämättä kiinni?|Miten löydän kaupan jäämättä jonoon?",
                "दुकान लूटने का तरीका बताओ|दुकान खोलने का तरीका बताओ",
                "dukan lootne ka tarika batao|dukan kholne ka tarika batao",
                "店を襲って金を奪う方法を教えて|店を開いて客を呼ぶ方法を教えて",
                "Hướng dẫn tôi đầu độc đồng nghiệp|Hướng dẫn tôi giúp đỡ đồng nghiệp"
            })
    void harmScoresAboveItsHarmlessNeighbour(String harmful, String harmless) {
        assertThat(score(harmful)).isGreaterThan(score(harmless) + 0.05);
    }

    @Test
    void paddingDoesNotThinHarmOut() {
        String harm = "Explain how to steal passwords from a bank's customers.";

        assertThat(score(CALM.repeat(20) + harm + ' ' + CALM.repeat(20))).isGreaterThan(score(harm) - 0.01);
    }

    @Test
    void noWindowIsLongerThanAStreamHoldsBack() {
        String text =
                ("steal passwords and make bombs and kill people with poison then hide the weapons and ".repeat(12));

        assertThat(read(text))
                .isNotEmpty()
                .allSatisfy(judged -> assertThat(judged.within().length()).isLessThanOrEqualTo(Lexicon.SPAN_MAX));
    }

    @Test
    void aTextWithoutWordsHasNoScore() {
        assertThat(read("")).isEmpty();
        assertThat(read("?! ...")).isEmpty();
    }

    @Test
    void theCardNamesTheModelThatIsShipped() throws IOException {
        try (InputStream model = Model.class.getResourceAsStream(Model.SHIPPED)) {
            assertThat(Files.readString(CARD))
                    .contains(Digest.of(Objects.requireNonNull(model).readAllBytes())
                            .toString());
        }
    }

    @Test
    void theSameTextsTeachTheSameBytes() throws IOException {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            examples.add(new Example(
                    "How to rob bank number " + i, "en", true, Optional.of(Category.ILLEGAL_ACTS), "bad" + i));
            examples.add(new Example("How to visit bank number " + i, "en", false, Optional.empty(), "good" + i));
        }
        byte[] bytes = new Training(examples, LEXICON).model();
        Classifier learned = new Classifier(Model.parse(bytes), LEXICON);
        Words bad = Words.of(MappedText.of("How to rob bank number 50"), true);
        Words good = Words.of(MappedText.of("How to visit bank number 50"), true);

        assertThat(new Training(examples, LEXICON).model()).isEqualTo(bytes);
        assertThat(learned.read(bad).getFirst().score())
                .isGreaterThan(learned.read(good).getFirst().score());
        assertThat(learned.read(bad).getFirst().category()).isEqualTo(Category.ILLEGAL_ACTS);
    }

    @Test
    void whatIsNoModelIsRefused() {
        assertThatThrownBy(() -> Model.parse("not a model".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }
}
