package revontuli.inference;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import revontuli.testkit.Eventually;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// The sealed audit records of this service, as they lie in its outbox.
@ApplicationScoped
class Records {
    private final DataSource database;

    Records(DataSource database) {
        this.database = database;
    }

    /// One record.
    record Seen(String action, String request, String subject, Json.Fields digests, Json.Fields facts, String all) {
        String fact(String name) {
            return facts.textOr(name, "");
        }

        String digest(String role) {
            return digests.textOr(role, "");
        }
    }

    /// Waits for a record of this act on this subject.
    Seen await(String action, String subject) {
        return Eventually.get(action + " of " + subject, () -> find(action, subject));
    }

    Optional<Seen> find(String action, String subject) {
        return about(subject).stream()
                .filter(seen -> seen.action().equals(action))
                .findFirst();
    }

    /// Actions on a subject, in their order.
    List<String> actions(String subject) {
        return about(subject).stream().map(Seen::action).toList();
    }

    List<Seen> about(String subject) {
        return all().stream().filter(seen -> seen.subject().equals(subject)).toList();
    }

    List<Seen> all() {
        String sql = "select data from outbox where type = 'revontuli.audit.record.sealed.v1' order by position";
        List<Seen> seen = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                seen.add(seen(row.getBytes(1)));
            }
            return seen;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// Exact leaves about a subject, in their order.
    List<byte[]> leaves(String subject) {
        return about(subject).stream()
                .map(seen -> seen.all().getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    void awaitCount(String subject, int count) {
        Eventually.holds(count + " records of " + subject, () -> about(subject).size() >= count);
    }

    private static Seen seen(byte[] leaf) {
        Json.Fields record = CanonicalJson.parseFields(leaf).fields("record");
        return new Seen(
                record.text("action"),
                record.text("request"),
                record.text("subject"),
                record.fields("digests"),
                record.fields("facts"),
                new String(leaf, StandardCharsets.UTF_8));
    }
}
