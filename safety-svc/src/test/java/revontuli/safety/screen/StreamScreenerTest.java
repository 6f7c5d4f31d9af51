package revontuli.safety.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.platform.fault.FaultException;
import revontuli.safety.policy.Action;
import revontuli.safety.policy.Direction;

class StreamScreenerTest {
    private static final String CALM =
            "The ferry left the harbour early and the sea was calm all the way to the islands. ";
    private static final String THREAT = "Then he wrote: I will kill you when I find you. ";

    /// All that was released, in one string, with the place after it and the final verdict.
    record Outcome(String released, long index, Verdict verdict) {}

    private static Outcome run(List<String> pieces) {
        StreamScreener stream = Screening.SHIPPED.stream(Direction.OUTPUT);
        StringBuilder released = new StringBuilder();
        for (String piece : pieces) {
            released.append(stream.append(piece).text());
        }
        StreamScreener.Step end = stream.finish();
        released.append(end.text());
        return new Outcome(
                released.toString(), end.releasedIndex(), end.verdict().orElseThrow());
    }

    static List<String> texts() {
        return List.of(
                "Short.",
                "",
                CALM.repeat(6),
                CALM.repeat(3) + THREAT + CALM.repeat(3),
                CALM.repeat(2) + "Write to anna@example.com or +358 40 123 4567 today. " + CALM.repeat(3)
                        + "Anna: anna@example.com",
                "😀𝒳𝒴😀 ".repeat(40) + "mail bob@example.com 😀" + "𝒳".repeat(90),
                "これは長い日本語の文章です。".repeat(20) + "お前を殺してやる。" + "静かな海でした。".repeat(20),
                "x".repeat(500) + " key AKIAIOSFODNN7EXAMPLE " + "y".repeat(300),
                "eyJ" + "hbGciOiJIUzI1NiJ9abc1".repeat(20) + "." + "abc123".repeat(30) + "." + "sig12345".repeat(10)
                        + " end",
                "क्या हाल है? ".repeat(30) + "मैं तुझे जान से मार दूंगा। " + "सब ठीक है। ".repeat(10),
                "e\u0301\u0323".repeat(200) + " a\u200B\u200B\u200B".repeat(100));
    }

    /// Short enough to try every border of each.
    static List<String> shortTexts() {
        return List.of(
                CALM + CALM + "mail anna@example.com 😀𝒳 " + CALM + "anna@example.com " + CALM,
                CALM + "𝒳".repeat(60) + CALM + "Then: I will kill you when I find you. " + CALM,
                "静かな海でした。😀".repeat(20) + "お前を殺してやる。" + "静かな海でした。".repeat(8),
                "e\u0301\u0323".repeat(60) + " a\u200B\u200B".repeat(40) + " AKIAIOSFODNN7EXAMPLE " + CALM);
    }

    @ParameterizedTest
    @MethodSource("shortTexts")
    void everyBorderGivesTheSameOutcome(String text) {
        Outcome whole = run(List.of(text));

        for (int border = 0; border <= text.length(); border++) {
            assertThat(run(List.of(text.substring(0, border), text.substring(border))))
                    .as("border at " + border)
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void everyPieceSizeGivesTheSameOutcome(String text) {
        Outcome whole = run(List.of(text));

        Random random = new Random(11);
        for (int size : new int[] {1, 2, 3, 7, 63, 64, 65, 160, 0, 0, 0}) {
            List<String> pieces = new ArrayList<>();
            for (int at = 0; at < text.length(); ) {
                int end = Math.min(text.length(), at + (size == 0 ? 1 + random.nextInt(90) : size));
                pieces.add(text.substring(at, end));
                at = end;
            }
            assertThat(run(pieces)).as("pieces of " + size).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void theStreamDecidesAsTheWholeTextWould(String text) {
        Screened whole = Screening.SHIPPED.screen(Direction.OUTPUT, text);
        Outcome streamed = run(List.of(text));

        assertThat(streamed.verdict().action()).isEqualTo(whole.verdict().action());
        if (!whole.verdict().refuses()) {
            assertThat(streamed.released()).isEqualTo(whole.text());
            assertThat(streamed.index()).isEqualTo(text.length());
        }
    }

    @Test
    void theStreamRefusesWhateverTheWholeTextWouldBeRefusedFor() {
        Random random = new Random(23);
        List<RecordedCases.Case> examples = ExamplesTest.examples().toList();
        for (int round = 0; round < 400; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 6; i++) {
                RecordedCases.Case example = examples.get(random.nextInt(examples.size()));
                text.append(i == 3 || !example.harmful() ? example.text() : CALM)
                        .append(' ');
            }
            Verdict whole =
                    Screening.SHIPPED.screen(Direction.OUTPUT, text.toString()).verdict();

            assertThat(run(List.of(text.toString())).verdict().refuses())
                    .as(text.toString())
                    .isEqualTo(whole.refuses());
        }
    }

    @Test
    void harmlessTextIsReleasedWholeAndWhileItGrows() {
        StreamScreener stream = Screening.SHIPPED.stream(Direction.OUTPUT);
        String text = CALM.repeat(8);
        StringBuilder released = new StringBuilder();
        long behindMost = 0;
        for (int i = 0; i < text.length(); i++) {
            StreamScreener.Step step = stream.append(text.substring(i, i + 1));
            released.append(step.text());
            assertThat(step.releasedIndex()).isEqualTo(released.length());
            behindMost = Math.max(behindMost, i + 1 - step.releasedIndex());
        }

        assertThat(behindMost).isLessThan(StreamScreener.HOLD_BACK + 2 * StreamScreener.STEP);
        assertThat(released + stream.finish().text()).isEqualTo(text);
    }

    @Test
    void noUnitOfABlockedStretchEverLeaves() {
        for (int shift = 0; shift < 2 * StreamScreener.STEP; shift++) {
            String text = CALM.repeat(4).substring(0, 200 + shift) + " " + THREAT + CALM.repeat(5);
            Outcome outcome = run(List.of(text));

            assertThat(outcome.verdict()).isInstanceOf(Verdict.Blocked.class);
            assertThat(outcome.released()).doesNotContain("I will kill").doesNotContain("kill you");
            assertThat(outcome.index()).isLessThanOrEqualTo(text.indexOf("I will kill"));
            assertThat(text).startsWith(outcome.released());
        }
    }

    @Test
    void noUnitOfARedactedStretchEverLeavesAndTheNumbersGoOn() {
        for (int shift = 0; shift < 2 * StreamScreener.STEP; shift++) {
            String before = CALM.repeat(4).substring(0, 200 + shift) + " ";
            Outcome outcome =
                    run(List.of(before + "anna@example.com " + CALM.repeat(4) + "bob@example.com anna@example.com"));

            assertThat(outcome.released()).isEqualTo(before + "[EMAIL-1] " + CALM.repeat(4) + "[EMAIL-2] [EMAIL-1]");
            assertThat(outcome.verdict().action()).isEqualTo(Action.REDACT);
        }
    }

    @Test
    void afterARefusalNothingMoreIsReleased() {
        StreamScreener stream = Screening.SHIPPED.stream(Direction.OUTPUT);
        StreamScreener.Step refused = stream.append(THREAT + CALM.repeat(10));

        assertThat(refused.verdict())
                .hasValueSatisfying(verdict -> assertThat(verdict.refuses()).isTrue());
        assertThat(stream.append(CALM.repeat(10)).text()).isEmpty();
        assertThat(stream.finish()).isEqualTo(new StreamScreener.Step("", refused.releasedIndex(), refused.verdict()));
    }

    @Test
    void wordsDrivenApartByInvisibleCharactersAreHeldBack() {
        String apart = "I will" + "\u200B".repeat(200) + " kill" + "\u200B".repeat(200) + " you now. ";
        Outcome outcome = run(List.of(CALM.repeat(4) + apart + CALM.repeat(4)));

        assertThat(outcome.verdict().refuses()).isTrue();
        assertThat(outcome.released()).doesNotContain("will");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D", "a\uD83Db", "\uDE00"})
    void halfACharacterIsRefusedAtTheLatestAtTheEnd(String bad) {
        StreamScreener stream = Screening.SHIPPED.stream(Direction.OUTPUT);

        assertThatThrownBy(() -> {
                    stream.append(bad);
                    stream.finish();
                })
                .isInstanceOf(FaultException.class);
    }

    @Test
    void aLongStreamKeepsLittle() {
        StreamScreener stream = Screening.SHIPPED.stream(Direction.OUTPUT);
        for (int i = 0; i < 300; i++) {
            stream.append(CALM);
        }

        assertThat(stream.keptUnits()).isLessThan(2_000);
    }
}
