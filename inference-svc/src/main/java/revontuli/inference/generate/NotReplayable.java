package revontuli.inference.generate;

/// Why a generation cannot be run again.
final class NotReplayable extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Replayer.Found found;

    NotReplayable(String reason, String message) {
        super(message, null, false, false);
        this.found = Replayer.Found.not(reason, message);
    }

    Replayer.Found found() {
        return found;
    }
}
