package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.inference.ScriptedJudge.Trick;
import revontuli.inference.generate.Breaker;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.testkit.LoadGate;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// Eight ways to be without a judge: no character gets out that was not judged, and every refusal is on record.
///
/// `-Drevontuli.campaign.requests=10000` makes it the whole campaign; its figures are in `target/fail-closed.json`.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class FailClosedTest {
    private static final int REQUESTS = Integer.getInteger("revontuli.campaign.requests", 400);
    private static final int WIRE_EVERY = 40;
    private static final Duration LATE = Duration.ofSeconds(3);
    private static final String SAID =
            "Calm words come first, and a good many of them do, before anything else is said here.";

    /// Ways to be without a judge.
    private enum Loss {
        DOWN,
        SLOW,
        HALF_OPEN,
        RESET_MID_STREAM,
        GARBAGE,
        WRONG_REQUEST,
        STALE_RULES,
        BREAKER_OPEN;

        void begin(ScriptedJudge judge) {
            switch (this) {
                case DOWN -> judge.wire().down();
                case SLOW -> judge.plays(List.of(Trick.LATE_VERDICT, Trick.LATE_STREAM));
                case HALF_OPEN -> judge.wire().silence();
                case RESET_MID_STREAM ->
                    judge.plays(andNowAndThen(Trick.CONNECTION_RESET, Trick.STREAM_RESET, Trick.STREAM_ENDS));
                case GARBAGE ->
                    judge.plays(andNowAndThen(
                            Trick.BABBLE,
                            Trick.NO_ACTION,
                            Trick.NO_DIGEST,
                            Trick.CONTROL_IN_NAME,
                            Trick.RELEASES_ANOTHER,
                            Trick.RELEASES_TOO_MUCH,
                            Trick.GOES_BACK,
                            Trick.LAST_WITHOUT_VERDICT));
                case WRONG_REQUEST ->
                    judge.plays(List.of(
                            Trick.OTHER_SUBJECT,
                            Trick.OTHER_TEXT_COMMITTED,
                            Trick.OTHER_SUBJECT_IN_STREAM,
                            Trick.OTHER_OUTPUT_COMMITTED));
                case STALE_RULES ->
                    judge.plays(
                            List.of(Trick.OLD_VERSION, Trick.OTHER_BYTES_SAME_VERSION, Trick.OLD_VERSION_IN_STREAM));
                case BREAKER_OPEN -> judge.plays(List.of(Trick.FAILS));
            }
        }

        int atOnce() {
            return this == BREAKER_OPEN ? 8 : 32;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static List<Trick> andNowAndThen(Trick rare, Trick... tricks) {
            List<Trick> all = new ArrayList<>(List.of(rare));
            for (int i = 1; i < WIRE_EVERY; i++) {
                all.add(tricks[i % tricks.length]);
            }
            return all;
        }
    }

    /// What a caller saw.
    private record Seen(String text, String reason) {}

    /// What came of many requests.
    ///
    /// @param unmoderated characters that callers got beyond what the judge let through
    /// @param recorded refused requests with exactly one record of it that says why and how much was out
    private record Account(int requests, long refused, long recorded, long released, long unmoderated) {
        Json json() {
            return Json.Fields.of(Map.of(
                    "requests", Json.number(requests),
                    "refused", Json.number(refused),
                    "refusals_recorded", Json.number(recorded),
                    "released_characters", Json.number(released),
                    "unmoderated_characters", Json.number(unmoderated)));
        }
    }

    @Inject
    TestModels models;

    @Inject
    Records records;

    @Inject
    Breaker breaker;

    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    @Test
    void withoutAJudgeNothingUnjudgedGetsOutAndEveryRefusalIsOnRecord() throws Exception {
        int port = ConfigProvider.getConfig().getValue("revontuli.test.safety-port", Integer.class);
        String model = models.imported("fail-closed", 1, models.scripted(SAID));
        FakeSafety.good().down();
        Map<String, Json> report = new TreeMap<>();
        try (ScriptedJudge judge = new ScriptedJudge(port, LATE)) {
            for (Loss loss : Loss.values()) {
                Eventually.holds("a good judge before " + loss, () -> good(model));
                Account account = suffer(judge, model, loss);
                judge.plays(List.of(Trick.NONE));
                judge.wire().up();

                assertThat(account.unmoderated())
                        .as("unmoderated with %s", loss)
                        .isZero();
                assertThat(account.refused()).as("refused with %s", loss).isEqualTo(account.requests());
                assertThat(account.recorded()).as("recorded with %s", loss).isEqualTo(account.refused());
                report.put(loss.text(), account.json());
            }
            Eventually.holds("a good judge at the end", () -> good(model));
        }
        Files.write(Path.of("target", "fail-closed.json"), CanonicalJson.encode(Json.Fields.of(report)));
        FakeSafety.good();
        Eventually.holds("the judge of the other tests", () -> good(model));
    }

    private Account suffer(ScriptedJudge judge, String model, Loss loss) {
        seen.clear();
        int asked = judge.asked();
        long begin = System.nanoTime();
        loss.begin(judge);
        LoadGate.Outcome outcome = LoadGate.run(loss.atOnce(), REQUESTS / 8, Duration.ofMinutes(12), _ -> {
            if (loss != Loss.BREAKER_OPEN) {
                breaker.heard(); // so that each of the others is met, and not the breaker
            }
            String request = UUID.randomUUID().toString();
            seen.put(request, ask(model, request));
        });
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.hung()).isZero();
        if (loss == Loss.BREAKER_OPEN) {
            long tries = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
            assertThat(judge.asked() - asked)
                    .as("questions to a judge that is away")
                    .isLessThanOrEqualTo((int) (20 + loss.atOnce() + tries));
        }
        return account(judge);
    }

    /// The request until it is a generation: no room and no place are refusals of another kind.
    private static Seen ask(String model, String request) {
        while (true) {
            Seen one = once(Asking.request(model, "go on").setRequestId(request).build());
            if (!one.reason().equals("OUTBOX_FULL") && !one.reason().equals("QUEUE_FULL")) {
                return one;
            }
        }
    }

    private static Seen once(GenerateTextRequest request) {
        StringBuilder text = new StringBuilder();
        try {
            Iterator<GenerateTextResponse> answers = Asking.as("caller").generateText(request);
            answers.forEachRemaining(answer -> text.append(answer.getText()));
            return new Seen(text.toString(), "");
        } catch (StatusRuntimeException refused) {
            return new Seen(text.toString(), Grpc.Refused.of(refused).reason());
        }
    }

    private static boolean good(String model) {
        return once(Asking.request(model, "are you there").build()).equals(new Seen(SAID, ""));
    }

    private Account account(ScriptedJudge judge) {
        Map<String, List<Records.Seen>> ends = Eventually.get("records of all", () -> Optional.of(ends())
                .filter(found -> found.keySet().containsAll(seen.keySet())));
        long refused = 0;
        long recorded = 0;
        long released = 0;
        long unmoderated = 0;
        for (Map.Entry<String, Seen> one : seen.entrySet()) {
            Seen caller = one.getValue();
            List<Records.Seen> end = ends.getOrDefault(one.getKey(), List.of());
            released += caller.text().length();
            unmoderated += beyond(caller.text(), judge.judged(end.getFirst().subject()));
            refused += caller.reason().equals("SAFETY_UNAVAILABLE") ? 1 : 0;
            recorded += end.size() == 1 && tells(end.getFirst(), caller) ? 1 : 0;
        }
        return new Account(seen.size(), refused, recorded, released, unmoderated);
    }

    /// Records of the ends of these requests.
    private Map<String, List<Records.Seen>> ends() {
        return records.all().stream()
                .filter(record -> seen.containsKey(record.request()))
                .filter(record -> !record.action().equals("generation.admitted"))
                .collect(Collectors.groupingBy(Records.Seen::request));
    }

    private static boolean tells(Records.Seen record, Seen caller) {
        return record.fact("reason").equals("SAFETY_UNAVAILABLE")
                && switch (record.action()) {
                    case "generation.refused" -> caller.text().isEmpty();
                    case "generation.interrupted" ->
                        record.fact("released_chars")
                                .equals(Integer.toString(caller.text().length()));
                    default -> false;
                };
    }

    /// Characters of a text beyond what it shares with what was judged, from the beginning.
    private static int beyond(String text, String judged) {
        int same = 0;
        while (same < Math.min(text.length(), judged.length()) && text.charAt(same) == judged.charAt(same)) {
            same++;
        }
        return text.length() - same;
    }

    @Test
    void accountSeesAnUnjudgedCharacter() {
        assertThat(beyond("abc", "abc and more")).isZero();
        assertThat(beyond("abcd", "abc")).isEqualTo(1);
        assertThat(beyond("axc", "abc")).isEqualTo(2);
        assertThat(tells(
                        new Records.Seen(
                                "generation.finished", "", "", Json.Fields.of(Map.of()), Json.Fields.of(Map.of()), ""),
                        new Seen("", "")))
                .isFalse();
    }
}
