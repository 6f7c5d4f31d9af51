package revontuli.transparency.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import revontuli.transparency.export.TestLog;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.SealedRecord;

/// Each violation is seen as what it is, and nothing else is.
class HistoryCheckTest {
    private static final String JOB = "jobs/a";

    private final TestLog log = new TestLog();
    private final TestLog.Source source = log.open("trainer-svc");
    private final ActHistory history = new ActHistory();
    private final HistoryCheck check = new HistoryCheck("job.noted", "mark");

    private SealedRecord act(String mark) {
        return source.seal("job.noted", JOB, "", "", Json.fields().with("mark", mark));
    }

    private HistoryCheck.Result after(SealedRecord... leaves) {
        check.follow(log.leaves().getFirst());
        List.of(leaves).forEach(check::follow);
        return check.against(history);
    }

    private void acknowledge(String... marks) {
        List.of(marks).forEach(mark -> history.acknowledged(JOB, mark));
    }

    @Test
    void whatWasToldAndIsThereIsClean() {
        acknowledge("1", "2");
        history.unknown(JOB);

        HistoryCheck.Result result = after(act("1"), act("who knows"), act("2"));

        assertThat(result).isEqualTo(new HistoryCheck.Result(2, 1, 0, 0, 0, 0, List.of()));
        assertThat(result.isClean()).isTrue();
    }

    @Test
    void anAcknowledgedActWithoutRecordIsLost() {
        acknowledge("1", "2");

        HistoryCheck.Result result = after(act("1"));

        assertThat(result.lost()).isOne();
        assertThat(result.isClean()).isFalse();
        assertThat(result.examples()).containsExactly("lost 2 of jobs/a");
    }

    @Test
    void twoRecordsOfOneActAreADouble() {
        acknowledge("1");

        assertThat(after(act("1"), act("1")).doubled()).isOne();
    }

    @Test
    void aRecordThatNobodyAskedForIsADouble() {
        acknowledge("1");

        assertThat(after(act("1"), act("2")).doubled()).isOne();
    }

    @Test
    void numbersAgainstTheOrderOfTheActsAreSeen() {
        acknowledge("2", "1");

        assertThat(after(act("1"), act("2")).unordered()).isOne();
    }

    @Test
    void aGapInTheNumbersOfASourceIsSeen() {
        acknowledge("2");
        act("1");

        assertThat(after(act("2")).broken()).isOne();
    }
}
