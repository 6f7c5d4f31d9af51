package revontuli.platform.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    /// Those of these events that the consumer has taken.
    public Set<String> seen(String consumer, List<String> eventIds) {
        String sql = "select event_id from inbox where consumer = ? and event_id = any(?)";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, consumer);
            statement.setArray(2, connection.createArrayOf("text", eventIds.toArray()));
            Set<String> seen = new HashSet<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    seen.add(row.getString(1));
                }
            }
            return seen;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read the inbox", e);
        }
    }

    /// Remembers that these events are taken. Fails if one of them is already, also by a transaction that runs just
    /// now: then nothing of this one remains.
    public void take(String consumer, List<String> eventIds) {
        outbox.requireTransaction();
        String sql = "insert into inbox (consumer, event_id) select ?, unnest(?)";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, consumer);
            statement.setArray(2, connection.createArrayOf("text", eventIds.toArray()));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot write to the inbox", e);
        }
    }
}
