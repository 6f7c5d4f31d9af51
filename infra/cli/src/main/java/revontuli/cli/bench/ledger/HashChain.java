package revontuli.cli.bench.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.List;
import revontuli.transparency.crypto.Digest;

/// Transitions whose records are links of a hash chain: every writer waits for the head until the one before it has
/// committed. Row, event and record are those of [Transition]; so is the round trip in which they go.
///
/// Three forms. In two of them one statement draws number and time, takes the head, hashes in the database and writes
/// the link, as the last thing before the commit: sent together with the others, or each statement alone. In the third
/// the writer locks the head, hashes and writes, as a program must that signs what it hashes.
final class HashChain {
    static final List<String> TABLES = List.of(
            "create table chain_head (number bigint not null, hash bytea not null)",
            "insert into chain_head values (0, sha256(''))",
            "create table chain (number bigint primary key, hash bytea not null, body bytea not null)");

    /// Links that do not follow from the one before, and a head that is not the last one.
    static final String BROKEN = """
            select (select count(*) from (
                        select number, hash, body, lag(hash, 1, sha256('')) over (order by number) as before,
                               row_number() over (order by number) as place
                        from chain) as link
                    where hash <> sha256(before || body) or number <> place)
                   + (select count(*) from chain_head
                      where not exists (select from chain where chain.number = chain_head.number
                                        and chain.hash = chain_head.hash))""";

    private static final String LINK = """
            with numbered as (%s),
            record as (select %s as body from numbered),
            head as (
                update chain_head set number = number + 1, hash = sha256(hash || body) from record
                returning number, hash, body)
            insert into chain select number, hash, body from head""".formatted(Transition.NUMBER, Transition.BODY);

    private static final String HEAD = "select number, hash from chain_head for update";
    private static final String LINKED = "insert into chain values (?, ?, ?)";
    private static final String NEW_HEAD = "update chain_head set number = ?, hash = ?";

    private HashChain() {}

    static void together(Connection connection, Transition act) throws SQLException {
        Transition.execute(
                connection,
                List.of(Transition.ROW, Transition.EVENT, LINK),
                List.of(act.row(), act.event(), act.record()));
    }

    static void apart(Connection connection, Transition act) throws SQLException {
        Transition.execute(connection, List.of(Transition.ROW), List.of(act.row()));
        Transition.execute(connection, List.of(Transition.EVENT), List.of(act.event()));
        Transition.execute(connection, List.of(LINK), List.of(act.record()));
    }

    static void locked(Connection connection, Transition act) throws SQLException {
        byte[] body = begin(connection, act);
        try (PreparedStatement statement = connection.prepareStatement(HEAD);
                ResultSet row = statement.executeQuery()) {
            row.next();
            long number = row.getLong(1) + 1;
            byte[] hash = Digest.of(row.getBytes(2), body).value();
            Transition.execute(
                    connection, List.of(LINKED, NEW_HEAD), List.of(List.of(number, hash, body), List.of(number, hash)));
        }
    }

    /// Row, event and number, in one round trip; answers the record.
    private static byte[] begin(Connection connection, Transition act) throws SQLException {
        String sql = String.join(";", Transition.ROW, Transition.EVENT, Transition.NUMBER);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Transition.bind(statement, List.of(act.row(), act.event(), List.of(act.subject())));
            statement.execute();
            statement.getMoreResults();
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return act.body(row.getLong(1), row.getObject(2, LocalDateTime.class));
            }
        }
    }
}
