package revontuli.safety.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.platform.fault.FaultException;
import revontuli.safety.review.Review.Decision;
import revontuli.safety.review.Review.State;

class ReviewStateTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private static Review open() {
        return new Review(
                "reviews/r-1",
                new Review.Refused(
                        "demo", "generations/g", "prompt", "en", "illegal-acts", "rule", "policies/p/versions/1"),
                State.OPEN,
                NOON,
                List.of());
    }

    private static Review said(Review before, String reviewer, boolean allow) {
        Decision decision = new Decision(reviewer, allow, "", NOON);
        State state = before.after(decision);
        List<Decision> decisions = new ArrayList<>(before.decisions());
        decisions.add(decision);
        return new Review(before.name(), before.refused(), state, before.created(), decisions);
    }

    @ParameterizedTest
    @CsvSource({
        "a,SEEN",
        "b,SEEN",
        "aa,ALLOWED",
        "bb,BLOCKED",
        "ab,DISPUTED",
        "aba,ALLOWED",
        "abb,BLOCKED",
        "baa,ALLOWED"
    })
    void twoMustSayTheSame(String said, State state) {
        Review review = open();
        for (int i = 0; i < said.length(); i++) {
            review = said(review, "users/" + i, said.charAt(i) == 'a');
        }

        assertThat(review.state()).isEqualTo(state);
    }

    @Test
    void nobodyDecidesTwiceOrOnWhatIsSettled() {
        Review seen = said(open(), "users/a", true);
        Review settled = said(seen, "users/b", true);

        assertThat(reason(seen, "users/a")).isEqualTo("REVIEWER_DECIDED");
        assertThat(reason(settled, "users/c")).isEqualTo("REVIEW_SETTLED");
    }

    private static String reason(Review review, String reviewer) {
        return catchThrowableOfType(FaultException.class, () -> review.after(new Decision(reviewer, false, "", NOON)))
                .fault()
                .reason();
    }
}
