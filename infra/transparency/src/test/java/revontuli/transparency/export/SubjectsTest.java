package revontuli.transparency.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import revontuli.transparency.record.LeafHead;

class SubjectsTest {
    private static final Subjects.Share ALL = new Subjects.Share(0, 1, 100, 100);

    @Test
    void anIdThatLooksKnownIsRefusedOnlyWhereTheLogHasItBefore() {
        List<Long> asked = new ArrayList<>();
        UUID id = UUID.randomUUID();
        for (boolean isThere : new boolean[] {false, true}) {
            Subjects subjects = new Subjects(ALL, (same, before) -> {
                assertThat(same).isEqualTo(id);
                asked.add(before);
                return isThere;
            });
            assertThatCode(() -> subjects.follow(0, leaf(id, "models/a", 1))).doesNotThrowAnyException();

            if (isThere) {
                assertThatThrownBy(() -> subjects.follow(1, leaf(id, "models/a", 2)))
                        .isInstanceOf(BadExportException.class)
                        .hasMessageContaining(id.toString());
            } else {
                assertThatCode(() -> subjects.follow(1, leaf(id, "models/a", 2)))
                        .doesNotThrowAnyException();
            }
        }
        assertThat(asked).containsExactly(1L, 1L);
    }

    @Test
    void withMoreSubjectsThanItHasRoomForItSaysNothingOfAny() throws Exception {
        Subjects subjects = new Subjects(new Subjects.Share(0, 1, 100, 2), (_, _) -> false);
        subjects.follow(0, leaf(UUID.randomUUID(), "models/a", 1));
        subjects.follow(1, leaf(UUID.randomUUID(), "models/b", 2)); // number 1 is nowhere

        assertThat(subjects.isFull()).isFalse();
        assertThatThrownBy(subjects::checkWhole).isInstanceOf(BadExportException.class);

        subjects.follow(2, leaf(UUID.randomUUID(), "models/c", 1));
        subjects.follow(3, leaf(UUID.randomUUID(), "models/a", 1));

        assertThat(subjects.isFull()).isTrue();
        assertThatCode(subjects::checkWhole).doesNotThrowAnyException();
    }

    private static LeafHead leaf(UUID id, String subject, long number) {
        return new LeafHead(
                "sources/one", 1, "model.loaded", id, "inference-svc", new LeafHead.About(subject, number, "", ""));
    }
}
