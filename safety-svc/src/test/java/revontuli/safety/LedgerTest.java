package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.TestCallers;
import revontuli.testkit.TopicProbe;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.SealedRecord;

/// What the ledger lets in, what it drops as a repetition, and what it refuses with which reason.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class LedgerTest {
    private static final String DEAD = "revontuli.audit.record.dead.safety-svc";

    @Inject
    LogView log;

    private TestSource source;

    @BeforeEach
    void openSource() {
        source = TestSource.open("trainer-svc");
    }

    @AfterEach
    void closeSource() {
        source.close();
    }

    @Test
    void recordsEnterInOrderWithDenseIndexes() {
        source.sendAll(IntStream.range(0, 50)
                .mapToObj(i -> source.act("dataset.registered", "datasets/" + id() + i))
                .toList());

        log.awaitEntered(source);
        assertThat(log.number("""
                select count(*) from (select index, lag(index) over (order by number) as before
                                      from audit_record where source = ?) as steps
                where index < before""", source.name())).isZero();
        assertThat(log.missing()).isZero();
    }

    @Test
    void theSameEventTwiceEntersOnce() {
        SealedRecord leaf = source.next(source.act("job.noted", "notes/" + id()));

        source.send(leaf, leaf);
        source.sendRaw(leaf.record().event().id().toString(), leaf.leaf());
        SealedRecord after = source.next(source.act("job.noted", "notes/" + id()));
        source.send(after);

        log.awaitEntered(source);
        assertThat(log.count("source = ?", source.name())).isEqualTo(source.number());
        assertThat(deadOf(source)).isEmpty();
    }

    @Test
    void aGapIsRefusedAndTheRightOrderEntersLater() {
        SealedRecord missing = source.next(source.act("job.noted", "notes/" + id()));
        SealedRecord ahead = source.next(source.act("job.noted", "notes/" + id()));

        source.send(ahead);
        assertThat(reasonFor(source)).isEqualTo("SOURCE_GAP");
        source.send(missing, ahead);

        log.awaitEntered(source);
        log.awaitCount(1, "action = 'event.rejected' and convert_from(leaf, 'UTF8') like ?", "%" + source.name() + "%");
    }

    @Test
    void aSignatureOfAnotherKeyIsRefused() {
        SealedRecord right = source.next(source.act("job.noted", "notes/" + id()));
        SealedRecord forged = SealedRecord.seal(right.record(), SigningKey.generate());

        source.send(forged);

        assertThat(reasonFor(source)).isEqualTo("BAD_SIGNATURE");
        assertThat(log.count("source = ? and number = 2", source.name())).isZero();
    }

    @Test
    void aSourceThatDidNotOpenIsUnknown() {
        try (TestSource unknown = TestSource.silent("trainer-svc")) {
            unknown.send(unknown.next(unknown.act("job.noted", "notes/" + id())));

            assertThat(reasonFor(unknown)).isEqualTo("UNKNOWN_SOURCE");
        }
    }

    @Test
    void aKeyThatIsOfNoServiceOpensNothing() {
        try (TestSource stranger = TestSource.silent("trainer-svc", SigningKey.generate())) {
            stranger.send(stranger.next(stranger.opening()));

            assertThat(reasonFor(stranger)).isEqualTo("SOURCE_KEY_NOT_TRUSTED");
        }
    }

    @Test
    void aKeyOfAnotherServiceOpensNothing() {
        try (TestSource impostor = TestSource.silent("trainer-svc", TestCallers.signingKey("inference-svc"))) {
            impostor.send(impostor.next(impostor.opening()));

            assertThat(reasonFor(impostor)).isEqualTo("SOURCE_KEY_NOT_TRUSTED");
        }
    }

    /// Bad records between good ones: the good ones enter, whichever way they were polled.
    @Test
    void badRecordsDoNotHoldUpTheGoodOnesAroundThem() {
        List<SealedRecord> mixed = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            mixed.add(source.next(source.act("job.noted", "notes/" + id())));
            SealedRecord last = mixed.getLast();
            mixed.add(
                    switch (i % 4) {
                        case 0 -> last;
                        case 1 -> source.numbered(source.number(), source.act("job.noted", "notes/" + id()));
                        case 2 -> source.numbered(source.number() + 5, source.act("job.noted", "notes/" + id()));
                        default ->
                            SealedRecord.seal(
                                    source.numbered(source.number() + 1, source.act("job.noted", "notes/" + id()))
                                            .record(),
                                    SigningKey.generate());
                    });
        }
        source.sendTogether(mixed);

        log.awaitEntered(source);
        Eventually.holds(
                "30 dead letters of " + source.name(), () -> deadOf(source).size() >= 30);
        assertThat(deadOf(source)).hasSize(30).contains("SOURCE_NUMBER_REUSED", "SOURCE_GAP", "BAD_SIGNATURE");
        assertThat(log.count("source = ?", source.name())).isEqualTo(41);
    }

    @Test
    void anOpeningThatNoVerifierWouldTakeIsRefused() {
        try (TestSource odd = TestSource.silent("trainer-svc")) {
            odd.send(odd.next(odd.opening().fact("predecessor", "sources/trainer-svc-x")));

            assertThat(reasonFor(odd)).isEqualTo("SOURCE_OPENED_WRONGLY");
        }
    }

    @Test
    void aNumberUsedForOtherBytesIsRefused() {
        source.send(source.next(source.act("job.noted", "notes/" + id())));
        log.awaitEntered(source);

        source.send(source.numbered(source.number(), source.act("job.noted", "notes/" + id())));

        assertThat(reasonFor(source)).isEqualTo("SOURCE_NUMBER_REUSED");
    }

    @Test
    void anIdUsedForAnotherRecordIsRefused() {
        UUID same = UUID.randomUUID();
        source.send(source.next(source.act("job.noted", "notes/" + id()).id(same)));
        log.awaitEntered(source);

        source.send(source.next(source.act("job.noted", "notes/" + id()).id(same)));

        assertThat(reasonFor(source)).isEqualTo("RECORD_ID_REUSED");
        assertThat(log.count("source = ?", source.name())).isEqualTo(2);
    }

    @Test
    void nothingFollowsTheEndOfASource() {
        source.send(source.next(source.act("source.closed", source.name())));
        source.send(source.next(source.act("job.noted", "notes/" + id())));

        assertThat(reasonFor(source)).isEqualTo("RECORD_AFTER_CLOSED");
    }

    @Test
    void whatIsNoLeafIsRefusedWithTheReason() {
        source.sendRaw(UUID.randomUUID().toString(), "{}".getBytes(StandardCharsets.UTF_8));

        assertThat(reasonFor(source)).isEqualTo("MALFORMED_LEAF");
    }

    @ParameterizedTest
    @MethodSource("badFacts")
    void whatNoVerifierCouldReadIsRefusedBeforeItIsWorkedOn(String what, String facts) {
        SealedRecord good = source.next(source.act("job.noted", "notes/" + id()).fact("here", "x"));
        String leaf = new String(good.leaf(), StandardCharsets.UTF_8).replace("{\"here\":\"x\"}", facts);

        source.sendRaw(good.record().event().id().toString(), leaf.getBytes(StandardCharsets.UTF_8));

        assertThat(reasonFor(source)).as(what).isEqualTo("MALFORMED_LEAF");
        source.send(good);
        log.awaitEntered(source);
    }

    static Stream<Arguments> badFacts() {
        return Stream.of(
                Arguments.of("over 64 KiB", "{\"a\":\"" + "x".repeat(66_000) + "\"}"),
                Arguments.of("a depth bomb", "{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}"),
                Arguments.of("one level too deep", "{\"a\":" + "[".repeat(16) + "]".repeat(16) + "}"),
                Arguments.of("a number above 2^53", "{\"a\":9007199254740993}"),
                Arguments.of("a lone surrogate", "{\"a\":\"\\ud800\"}"),
                Arguments.of("a name twice", "{\"a\":\"1\",\"a\":\"2\"}"));
    }

    @Test
    void anEventUnderAnotherIdThanItsRecordIsRefused() {
        SealedRecord leaf = source.next(source.act("job.noted", "notes/" + id()));

        source.sendRaw(UUID.randomUUID().toString(), leaf.leaf());
        source.sendRaw("\u0000", leaf.leaf());
        source.send(leaf);

        log.awaitEntered(source);
        Eventually.holds(
                "2 dead letters of " + source.name(), () -> deadOf(source).size() >= 2);
        assertThat(deadOf(source)).containsExactly("MALFORMED_EVENT", "MALFORMED_EVENT");
    }

    @Test
    void theLeafIsKeptByteForByte() {
        SealedRecord leaf = source.next(source.act("job.noted", "notes/" + id())
                .fact("words", Json.Items.ofTexts(List.of("säädös", "नियम", "規則", "quy tắc", "\u0000\\\""))));

        source.send(leaf);

        log.awaitEntered(source);
        assertThat(log.count(
                        "source = ? and leaf = ? and leaf_hash = ?",
                        source.name(),
                        leaf.leaf(),
                        leaf.leafHash().value()))
                .isOne();
    }

    @Test
    void factsThatOnlyLookLikeNamesEnterAllTheSame() {
        source.send(source.next(source.act("generation.admitted", "generations/" + id())
                .fact("model", "models/\u0000/versions/1")
                .fact("job", "jobs/\n")));

        log.awaitEntered(source);
        assertThat(log.count(
                        "source = ? and action = 'generation.admitted' and model = '' and job = ''", source.name()))
                .isOne();
    }

    @Test
    void aSourceReportsHowFarItHasCome() {
        log.awaitEntered(source);
        source.report("41");
        source.report("7");
        source.report("x");

        assertThat(reasonFor(source)).isEqualTo("MALFORMED_EVENT");
        assertThat(log.number("select reported_number from ledger_source where source = ?", source.name()))
                .isEqualTo(41);
    }

    @Test
    void theServicesOwnRecordsComeTheSameWay() {
        log.awaitCount(1, "service = 'safety-svc' and action = 'source.opened' and number = 1");
        log.awaitCount(1, "service = 'safety-svc' and action = 'policy.activated'");
    }

    private static String reasonFor(TestSource of) {
        return Eventually.get(
                "dead letter of " + of.name(), () -> deadOf(of).stream().findFirst());
    }

    private static List<String> deadOf(TestSource of) {
        return TopicProbe.all(DEAD).stream()
                .filter(letter -> letter.key().equals(of.name()))
                .map(letter -> letter.header("dead-letter-reason"))
                .toList();
    }

    private static String id() {
        return "x" + UUID.randomUUID().toString().replace("-", "").substring(0, 20);
    }
}
