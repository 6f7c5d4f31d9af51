package revontuli.platform.fault;

/// Carries a [Fault] to the edge. Has no stack trace: a fault is an answer, not an accident.
public final class FaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Fault fault;

    public FaultException(Fault fault) {
        super(fault.reason() + ": " + fault.message(), null, false, false);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
