package revontuli.platform.tx;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.function.Supplier;
import revontuli.platform.failpoint.Failpoint;

/// A unit of work as a JTA transaction: Panache repositories and plain JDBC join it alike.
@ApplicationScoped
class JtaUnitOfWork implements UnitOfWork {
    private static final int TIMEOUT_SECONDS = 60;

    private final TransactionSynchronizationRegistry transactions;
    private final LastWrites last;

    JtaUnitOfWork(TransactionSynchronizationRegistry transactions, LastWrites last) {
        this.transactions = transactions;
        this.last = last;
    }

    @Override
    public <T> T run(Supplier<T> work) {
        boolean joins = transactions.getTransactionStatus() == Status.STATUS_ACTIVE;
        return QuarkusTransaction.joiningExisting().timeout(TIMEOUT_SECONDS).call(() -> {
            T result = work.get();
            if (!joins && last.write()) {
                Failpoint.ACT_UNCOMMITTED.reach();
            }
            return result;
        });
    }
}
