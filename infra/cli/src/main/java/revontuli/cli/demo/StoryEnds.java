package revontuli.cli.demo;

import java.io.Serial;

/// Something was not as the story promises.
final class StoryEnds extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    StoryEnds(String message) {
        super(message, null, false, false);
    }
}
