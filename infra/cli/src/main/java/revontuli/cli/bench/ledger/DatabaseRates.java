package revontuli.cli.bench.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import revontuli.cli.CliException;
import revontuli.cli.Out;
import revontuli.embedded.postgres.EmbeddedPostgres;
import revontuli.embedded.postgres.ServiceDatabase;
import revontuli.transparency.crypto.Digest;

/// Audited transitions a second in Postgres alone: a job's row changes, an event enters the outbox, a record with its
/// number within its subject is written, all in one commit, by 16 writers, with the same bytes and the same
/// durability. Once as the suite does it, where records wait until one sequencer gives them their places and hashes
/// (it runs here too), and twice with a hash chain, where every writer waits for the head until the one before it has
/// committed. In turns.
///
/// As in the suite, what an act leaves goes to the database together, in one round trip right before the commit: event
/// and record here, event, number and link there.
///
/// The chain has three forms. In two of them one statement takes the head, hashes in the database and writes the link,
/// as the last thing before the commit: sent together with the others, or each statement alone; the ratio goes by the
/// faster of both. In the third the writer locks the head, hashes and writes, as a program must that signs what it
/// hashes.
final class DatabaseRates {
    private static final int WRITERS = 16;
    private static final int JOBS = 1_000;
    private static final String NAME = "bench";
    private static final int LARGE = 512;
    private static final Duration GATHERING = Duration.ofMillis(20);
    private static final Duration WARM = Duration.ofSeconds(3);

    private static final List<String> TABLES = List.of(
            "create table job (id int primary key, version bigint not null)",
            "insert into job select id, 0 from generate_series(1, " + JOBS + ") as id",
            "create table log (index bigint primary key, leaf bytea not null, leaf_hash bytea not null)",
            "create table chain_head (number bigint not null, hash bytea not null)",
            "insert into chain_head values (0, sha256(''))",
            "create table chain (number bigint primary key, hash bytea not null, body bytea not null)");

    private static final String JOB = "update job set version = version + 1 where id = ?";
    private static final String EVENT = """
            insert into outbox (event_id, topic, event_key, type, subject, content_type, event_time, data)
            values (?, 'revontuli.bench', ?, 'revontuli.bench.changed.v1', ?, 'application/json', now(), ?)""";
    private static final String NUMBER = """
            insert into audit_subject (subject, last_number) values (?, 1)
            on conflict (subject) do update set last_number = audit_subject.last_number + 1""";
    /// As the platform's `PendingAudit` has it: number and time are drawn and put into the body.
    private static final String RECORD = """
            with numbered as (
                insert into audit_subject (subject, last_number) values (?, 1)
                on conflict (subject) do update set last_number = audit_subject.last_number + 1
                returning last_number, clock_timestamp() at time zone 'UTC' as recorded)
            insert into audit_pending (source, body)
            select 'sources/bench',
                   ?::bytea || convert_to(to_char(recorded, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8')
                   || ?::bytea || convert_to(last_number::text, 'UTF8') || ?::bytea
            from numbered""";
    private static final String LINK = """
            with head as (update chain_head set number = number + 1, hash = sha256(hash || ?) returning number, hash)
            insert into chain select number, hash, ? from head""";
    private static final String HEAD = "select number, hash from chain_head for update";
    private static final String LINKED = "insert into chain values (?, ?, ?)";
    private static final String NEW_HEAD = "update chain_head set number = ?, hash = ?";
    private static final String SEQUENCE = """
            with claimed as (delete from audit_pending where position = any(array(
                                 select position from audit_pending order by position limit 1024)) returning position, body)
            insert into log
            select base.size + row_number() over (order by position) - 1, body, sha256('\\x00'::bytea || body)
            from claimed, (select coalesce(max(index) + 1, 0) as size from log) as base""";

    private final EmbeddedPostgres postgres;
    private final byte[] body;

    private DatabaseRates(EmbeddedPostgres postgres) {
        this.postgres = postgres;
        GeneratedLog log = new GeneratedLog(1, 5);
        this.body = log.rest().getLast().recordBytes();
    }

    /// @param ratio the middle one of the rounds' ratios
    /// @param backlog records that the sequencer had not taken when the writers ended, at most
    /// @param chainPerSecond with the faster one of the two chains that hash in the database, round by round
    /// @param lockedChainPerSecond with the one whose writer locks the head and hashes
    record Result(
            double recordsPerSecond, double chainPerSecond, double lockedChainPerSecond, double ratio, long backlog) {}

    static Result measure(EmbeddedPostgres postgres, int rounds, Duration each, Out out) throws InterruptedException {
        DatabaseRates rates = new DatabaseRates(postgres);
        try {
            rates.prepare();
            double[] records = new double[rounds];
            double[] chains = new double[rounds];
            double[] locked = new double[rounds];
            double[] ratios = new double[rounds];
            long backlog = 0;
            rates.warmUp();
            for (int round = 0; round < rounds; round++) {
                Sequencing sequencing = rates.new Sequencing();
                records[round] = rates.writers(each, DatabaseRates::stage);
                backlog = Math.max(backlog, sequencing.stop());
                double together = rates.writers(each, DatabaseRates::linkTogether);
                double apart = rates.writers(each, DatabaseRates::linkApart);
                chains[round] = Math.max(together, apart);
                locked[round] = rates.writers(each, DatabaseRates::lockAndLink);
                ratios[round] = records[round] / chains[round];
                out.progress(
                        "round %d: %.0f records/s; with a hash chain %.0f/s, its statements one by one %.0f/s, where its writer hashes %.0f/s"
                                .formatted(round + 1, records[round], together, apart, locked[round]));
            }
            return new Result(middle(records), middle(chains), middle(locked), middle(ratios), backlog);
        } catch (SQLException e) {
            throw CliException.refused("the database does not take the load: " + e.getMessage());
        }
    }

    /// Nobody shall be the first to run, and be compiled while it is measured.
    private void warmUp() throws InterruptedException, SQLException {
        Sequencing sequencing = new Sequencing();
        writers(WARM, DatabaseRates::stage);
        sequencing.stop();
        writers(WARM, DatabaseRates::linkTogether);
        writers(WARM, DatabaseRates::linkApart);
        writers(WARM, DatabaseRates::lockAndLink);
    }

    private void prepare() throws SQLException {
        postgres.createDatabase(new ServiceDatabase(
                NAME, UUID.randomUUID().toString(), UUID.randomUUID().toString()));
        try (Connection superuser = postgres.superuser(NAME);
                Statement statement = superuser.createStatement()) {
            statement.execute(resource("/db/platform/V1__platform.sql"));
            for (String table : TABLES) {
                statement.execute(table);
            }
        }
    }

    /// Writes event and record of a transition.
    private interface Recording {
        void write(Connection connection, String subject, byte[] body) throws SQLException;
    }

    private static void stage(Connection connection, String subject, byte[] body) throws SQLException {
        int third = body.length / 3;
        execute(
                connection,
                EVENT + ";" + RECORD,
                UUID.randomUUID(),
                subject,
                subject,
                body,
                subject,
                Arrays.copyOf(body, third),
                Arrays.copyOfRange(body, third, 2 * third),
                Arrays.copyOfRange(body, 2 * third, body.length));
    }

    private static void linkTogether(Connection connection, String subject, byte[] body) throws SQLException {
        execute(
                connection,
                EVENT + ";" + NUMBER + ";" + LINK,
                UUID.randomUUID(),
                subject,
                subject,
                body,
                subject,
                body,
                body);
    }

    private static void linkApart(Connection connection, String subject, byte[] body) throws SQLException {
        execute(connection, EVENT, UUID.randomUUID(), subject, subject, body);
        execute(connection, NUMBER, subject);
        execute(connection, LINK, body, body);
    }

    private static void lockAndLink(Connection connection, String subject, byte[] body) throws SQLException {
        execute(connection, EVENT + ";" + NUMBER, UUID.randomUUID(), subject, subject, body, subject);
        try (PreparedStatement statement = connection.prepareStatement(HEAD);
                ResultSet row = statement.executeQuery()) {
            row.next();
            long number = row.getLong(1) + 1;
            byte[] hash = Digest.of(row.getBytes(2), body).value();
            execute(connection, LINKED + ";" + NEW_HEAD, number, hash, body, number, hash);
        }
    }

    /// Transitions a second of all writers together.
    private double writers(Duration time, Recording record) throws InterruptedException, SQLException {
        AtomicLong done = new AtomicLong();
        AtomicReference<@Nullable SQLException> failed = new AtomicReference<>();
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try (Connection connection = postgres.superuser(NAME)) {
                    connection.setAutoCommit(false);
                    while (System.nanoTime() - end < 0) {
                        transition(connection, record);
                        done.incrementAndGet();
                    }
                } catch (SQLException e) {
                    failed.set(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        SQLException failure = failed.get();
        if (failure != null) {
            throw failure;
        }
        return done.get() / ((System.nanoTime() - begin) / 1e9);
    }

    private void transition(Connection connection, Recording record) throws SQLException {
        int job = 1 + ThreadLocalRandom.current().nextInt(JOBS);
        String subject = "jobs/" + job;
        execute(connection, JOB, job);
        record.write(connection, subject, body);
        connection.commit();
    }

    private static void execute(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }

    /// The one sequencer; after a small batch it lets the next one gather for as long as the suite's does.
    private final class Sequencing {
        private volatile boolean running = true;
        private final Thread thread = Thread.ofPlatform().start(this::run);

        private void run() {
            try (Connection connection = postgres.superuser(NAME);
                    PreparedStatement statement = connection.prepareStatement(SEQUENCE)) {
                while (running) {
                    if (statement.executeUpdate() < LARGE) {
                        Thread.sleep(GATHERING);
                    }
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        /// Ends it; answers how many records wait.
        long stop() throws InterruptedException, SQLException {
            running = false;
            thread.join();
            try (Connection connection = postgres.superuser(NAME);
                    Statement statement = connection.createStatement()) {
                long waiting;
                try (ResultSet row = statement.executeQuery("select count(*) from audit_pending")) {
                    row.next();
                    waiting = row.getLong(1);
                }
                statement.execute("truncate audit_pending");
                return waiting;
            }
        }
    }

    static double middle(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    static String resource(String name) {
        try (InputStream in = DatabaseRates.class.getResourceAsStream(name)) {
            if (in == null) {
                throw CliException.refused(name + " is not on the class path: build again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw CliException.refused("cannot read " + name + ": " + e.getMessage());
        }
    }
}
