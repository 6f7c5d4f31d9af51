package revontuli.platform.event;

/// Asked before new work is taken: refuses with OUTBOX_FULL when what waits to be sent is over its limit, so that no
/// work is done whose record could not leave.
@FunctionalInterface
public interface Admission {
    void requireRoom();
}
