package revontuli.cli.bench.ledger;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// An audited change of a job and its statements: its row, an event, and a record that has in it its number within
/// the subject and its time, as the platform's `PendingAudit` has it.
///
/// All three go to the database in one round trip right before the commit, as those of an act do in the suite that adds
/// a row, a generation or a commitment (`LastWrites`).
///
/// @param job number of the job whose row changes
/// @param bytes of the event, and of the record without number and time; nobody writes into them
@SuppressWarnings("ArrayRecordComponent")
record Transition(int job, byte[] bytes) {
    static final String ROW = "update job set version = version + 1 where id = ?";
    static final String EVENT = """
            insert into outbox (event_id, topic, event_key, type, subject, content_type, event_time, data)
            values (?, 'revontuli.bench', ?, 'revontuli.bench.changed.v1', ?, 'application/json', now(), ?)""";

    /// Draws number and time of a record.
    static final String NUMBER = """
            insert into audit_subject (subject, last_number) values (?, 1)
            on conflict (subject) do update set last_number = audit_subject.last_number + 1
            returning last_number, clock_timestamp() at time zone 'UTC' as recorded""";

    /// Puts both into the record.
    static final String BODY = """
            ?::bytea || convert_to(to_char(recorded, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8')
            || ?::bytea || convert_to(last_number::text, 'UTF8') || ?::bytea""";

    private static final String PENDING = """
            with numbered as (%s)
            insert into audit_pending (source, body) select 'sources/bench', %s from numbered""".formatted(NUMBER, BODY);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

    /// As the suite does it: the record waits for the sequencer.
    static void pending(Connection connection, Transition act) throws SQLException {
        execute(connection, List.of(ROW, EVENT, PENDING), List.of(act.row(), act.event(), act.record()));
    }

    String subject() {
        return "jobs/" + job;
    }

    List<Object> row() {
        return List.of(job);
    }

    List<Object> event() {
        return List.of(UUID.randomUUID(), subject(), subject(), bytes);
    }

    /// Values of [#NUMBER] and [#BODY].
    List<Object> record() {
        int third = bytes.length / 3;
        return List.of(
                subject(),
                Arrays.copyOf(bytes, third),
                Arrays.copyOfRange(bytes, third, 2 * third),
                Arrays.copyOfRange(bytes, 2 * third, bytes.length));
    }

    /// What [#BODY] makes.
    byte[] body(long number, LocalDateTime recorded) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int third = text.length() / 3;
        String whole = text.substring(0, third)
                + TIME.format(recorded)
                + text.substring(third, 2 * third)
                + number
                + text.substring(2 * third);
        return whole.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Statements in one round trip.
    static void execute(Connection connection, List<String> statements, List<List<Object>> values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(String.join(";", statements))) {
            bind(statement, values);
            statement.execute();
        }
    }

    static void bind(PreparedStatement statement, List<List<Object>> values) throws SQLException {
        int parameter = 0;
        for (List<Object> of : values) {
            for (Object value : of) {
                statement.setObject(++parameter, value);
            }
        }
    }
}
