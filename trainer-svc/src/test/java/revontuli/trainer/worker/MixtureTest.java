package revontuli.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import revontuli.causallm.Evaluation;

class MixtureTest {
    private static final int END = 1_000;
    private static final ShardFile SMALL = shard(0, 5);
    private static final ShardFile LARGE = shard(100, 40);

    @Test
    void everyTokenOfARoundIsPredictedOnce() {
        RowStream stream = new RowStream(LARGE, END, 3, 7);
        Map<Integer, Integer> seen = new HashMap<>();
        int round = (int) (LARGE.size() + LARGE.documents());

        int[] first = stream.row(0);
        for (int row = 0; row * 7 < round; row++) {
            int[] ids = stream.row(row);
            for (int i = 0; i < 7 && row * 7 + i < round; i++) {
                seen.merge(ids[i], 1, Integer::sum);
            }
            assertThat(stream.row(row + 1)[0]).isEqualTo(ids[7]);
        }

        assertThat(stream.row(0)).isEqualTo(first);
        assertThat(seen.get(END)).isEqualTo(LARGE.documents());
        for (int d = 0; d < LARGE.documents(); d++) {
            assertThat(seen.get(100 + d)).isEqualTo(LARGE.length(d));
        }
    }

    @Test
    void roundsHaveTheirOwnOrder() {
        RowStream stream = new RowStream(LARGE, END, 3, (int) (LARGE.size() + LARGE.documents()));

        assertThat(stream.row(1)).isNotEqualTo(stream.row(0));
        assertThat(new RowStream(LARGE, END, 4, 7).row(0)).isNotEqualTo(new RowStream(LARGE, END, 3, 7).row(0));
    }

    @Test
    void mixtureThatGoesOnDrawsWhatOneThatNeverStoppedDraws() {
        Mixture whole = mixture(Collections.nCopies(2, 0L));
        List<int[][]> expected = new ArrayList<>();
        for (int step = 0; step < 20; step++) {
            expected.add(whole.rows(step, 4));
        }

        Mixture first = mixture(Collections.nCopies(2, 0L));
        for (int step = 0; step < 11; step++) {
            first.rows(step, 4);
        }
        Mixture second = mixture(first.taken());

        for (int step = 11; step < 20; step++) {
            assertThat(Arrays.deepEquals(second.rows(step, 4), expected.get(step)))
                    .isTrue();
        }
    }

    @Test
    void weightsAreShares() {
        Mixture mixture = mixture(Collections.nCopies(2, 0L));
        mixture.rows(0, 4_000);

        assertThat(mixture.taken().get(0)).isBetween(900L, 1_100L);
        assertThat(mixture.taken().get(0) + mixture.taken().get(1)).isEqualTo(4_000);
    }

    @Test
    void placeComesBackFromACheckpointAsItWas() {
        Place place = new Place(
                7,
                1,
                3,
                999,
                List.of(4L, 5L),
                List.of(new Place.Judged(new Evaluation(0.1 + 0.2, 12), 34), new Place.Judged(Evaluation.NONE, 1)));
        Place atTheEnd = new Place(9, 2, 0, 5, List.of(), place.before());

        assertThat(Place.of(place.state())).isEqualTo(place);
        assertThat(Place.of(atTheEnd.state())).isEqualTo(atTheEnd);
    }

    private static Mixture mixture(List<Long> taken) {
        return new Mixture(
                List.of(new RowStream(SMALL, END, 1, 6), new RowStream(LARGE, END, 2, 6)),
                new double[] {1, 3},
                42,
                taken);
    }

    /// Document `d` has `1 + d % 9` ids, all `base + d`.
    private static ShardFile shard(int base, int documents) {
        int[][] ids = new int[documents][];
        int[] bytes = new int[documents];
        for (int d = 0; d < documents; d++) {
            ids[d] = new int[1 + d % 9];
            Arrays.fill(ids[d], base + d);
            bytes[d] = ids[d].length;
        }
        return ShardFile.of(ids, bytes);
    }
}
