package revontuli.platform.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/// Remembers which events a consumer has taken, in the transaction of their effect: effects happen once, however
/// often an event arrives.
@ApplicationScoped
public class Inbox {
    private final DataSource database;
    private final Outbox outbox;

    Inbox(DataSource database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    /// True the first time. Waits for another transaction that takes the same event just now.
    public boolean firstSight(String consumer, String eventId) {
        outbox.requireTransaction();
        String sql = "insert into inbox (consumer, event_id) values (?, ?) on conflict do nothing";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, consumer);
            statement.setString(2, eventId);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot write to the inbox", e);
        }
    }
}
