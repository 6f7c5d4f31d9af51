package revontuli.platform.tx;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/// A unit of work as a JTA transaction: Panache repositories and plain JDBC join it alike.
@ApplicationScoped
class JtaUnitOfWork implements UnitOfWork {
    private static final int TIMEOUT_SECONDS = 60;

    @Override
    public <T> T run(Supplier<T> work) {
        return QuarkusTransaction.joiningExisting().timeout(TIMEOUT_SECONDS).call(work::get);
    }
}
