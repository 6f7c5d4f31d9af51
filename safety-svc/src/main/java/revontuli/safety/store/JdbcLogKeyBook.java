package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import revontuli.safety.ledger.LogKeyBook;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.KeyRotation;

/// The log's keys in `log_key`; their announcements in the log itself.
@ApplicationScoped
class JdbcLogKeyBook implements LogKeyBook {
    private final Database database;

    JdbcLogKeyBook(Database database) {
        this.database = database;
    }

    @Override
    public Optional<VerifyingKey> newest() {
        return database.find(
                "select public_key from log_key order by position desc limit 1",
                row -> VerifyingKey.parse(row.getString("public_key")));
    }

    @Override
    public void enter(VerifyingKey key, Instant time) {
        database.update(
                "insert into log_key (public_key, enter_time) values (?, ?)", key.base64(), Database.time(time));
    }

    @Override
    public boolean isAnnounced(VerifyingKey key) {
        return database.find(
                        "select 1 from audit_record where action = ? and subject = ? limit 1",
                        row -> true,
                        KeyRotation.ACTION,
                        "logKeys/" + key.kid())
                .isPresent();
    }
}
