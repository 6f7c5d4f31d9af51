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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import revontuli.cli.CliException;
import revontuli.cli.Out;
import revontuli.embedded.postgres.EmbeddedPostgres;
import revontuli.embedded.postgres.ServiceDatabase;

/// Audited transitions a second in Postgres alone: a job's row changes, an event enters the outbox, a record with its
/// number within its subject is written, all in one commit, by 16 writers, with the same bytes and the same
/// durability. Once as the suite does it, where records wait until one sequencer gives them their places and hashes
/// (it runs here too), and with a [HashChain].
///
/// In turns of a second, another one first each time, so that what else the machine does meets all alike. What was
/// written is checked at the end: a log with every place filled, a chain whose every link follows from the one before.
final class DatabaseRates implements AutoCloseable {
    private static final int WRITERS = 16;
    private static final int JOBS = 1_000;
    private static final String NAME = "bench";
    private static final int LARGE = 512;
    private static final Duration GATHERING = Duration.ofMillis(20);
    private static final Duration TURN = Duration.ofSeconds(1);
    private static final Duration WARM = Duration.ofSeconds(3);

    private static final List<String> TABLES = List.of(
            "create table job (id int primary key, version bigint not null)",
            "insert into job select id, 0 from generate_series(1, " + JOBS + ") as id",
            "create table log (index bigint primary key, leaf bytea not null, leaf_hash bytea not null)");

    private static final String SEQUENCE = """
            with claimed as (delete from audit_pending where position = any(array(
                                 select position from audit_pending order by position limit 1024)) returning position, body)
            insert into log
            select base.size + row_number() over (order by position) - 1, body, sha256('\\x00'::bytea || body)
            from claimed, (select coalesce(max(index) + 1, 0) as size from log) as base""";

    /// What there must be as many of as transitions were committed.
    private static final Map<String, String> COUNTS = Map.of(
            "changes of rows", "select sum(version) from job",
            "events", "select count(*) from outbox",
            "numbers", "select sum(last_number) from audit_subject",
            "records", "select (select count(*) from log) + (select count(*) from chain)",
            "places",
                    "select (select coalesce(max(index) + 1, 0) from log) + (select coalesce(max(number), 0) from chain)");

    private static final List<Recording> FORMS =
            List.of(Transition::pending, HashChain::together, HashChain::apart, HashChain::locked);

    private final EmbeddedPostgres postgres;
    private final byte[] bytes;
    private final List<Connection> connections = new ArrayList<>();
    private final Connection sequencer;
    private long committed;
    private long backlog;

    private DatabaseRates(EmbeddedPostgres postgres) throws SQLException {
        this.postgres = postgres;
        GeneratedLog log = new GeneratedLog(1, 5);
        this.bytes = log.rest().getLast().recordBytes();
        prepare();
        this.sequencer = postgres.superuser(NAME);
    }

    /// @param ratio the middle one of the rounds' ratios
    /// @param backlog records that the sequencer had not taken when the writers ended, at most
    /// @param chainPerSecond with the fastest form of the chain, round by round
    /// @param lockedChainPerSecond with the one whose writer locks the head and hashes
    record Result(
            double recordsPerSecond, double chainPerSecond, double lockedChainPerSecond, double ratio, long backlog) {}

    static Result measure(EmbeddedPostgres postgres, int rounds, Duration each, Out out) throws InterruptedException {
        try (DatabaseRates rates = new DatabaseRates(postgres)) {
            rates.turn(WARM, 0); // nobody shall be compiled while it is measured
            rates.backlog = 0;
            List<Turn> all = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                Turn middle = rates.round(each);
                all.add(middle);
                out.progress(
                        "round %d: %.0f records/s; with a hash chain %.0f/s, its statements one by one %.0f/s, where its writer hashes %.0f/s"
                                .formatted(round + 1, middle.pending, middle.together, middle.apart, middle.locked));
            }
            rates.check();
            return new Result(
                    middle(all, Turn::pending),
                    middle(all, Turn::chain),
                    middle(all, Turn::locked),
                    middle(all, Turn::ratio),
                    rates.backlog);
        } catch (SQLException e) {
            throw CliException.refused("the database does not take the load: " + e.getMessage());
        }
    }

    /// Transitions a second: with records that wait for the sequencer, and with the three forms of the chain.
    private record Turn(double pending, double together, double apart, double locked) {
        double chain() {
            return Math.max(locked, Math.max(together, apart));
        }

        double ratio() {
            return pending / chain();
        }
    }

    private Turn round(Duration each) throws InterruptedException, SQLException {
        List<Turn> turns = new ArrayList<>();
        for (int turn = 0; turn < Math.max(1, each.dividedBy(TURN)); turn++) {
            turns.add(turn(TURN, turn));
        }
        return new Turn(
                mean(turns, Turn::pending),
                mean(turns, Turn::together),
                mean(turns, Turn::apart),
                mean(turns, Turn::locked));
    }

    /// Each form once, another one first in every turn.
    private Turn turn(Duration time, int first) throws InterruptedException, SQLException {
        double[] rates = new double[FORMS.size()];
        for (int n = 0; n < rates.length; n++) {
            int form = (first + n) % rates.length;
            rates[form] = form == 0 ? pending(time) : rate(time, FORMS.get(form));
        }
        return new Turn(rates[0], rates[1], rates[2], rates[3]);
    }

    /// Until the sequencer, too, is done.
    private double pending(Duration time) throws InterruptedException, SQLException {
        long begin = System.nanoTime();
        Sequencing sequencing = new Sequencing();
        long done = writers(time, FORMS.getFirst());
        backlog = Math.max(backlog, number("select count(*) from audit_pending"));
        sequencing.stop();
        return done / ((System.nanoTime() - begin) / 1e9);
    }

    private double rate(Duration time, Recording recording) throws InterruptedException, SQLException {
        long begin = System.nanoTime();
        long done = writers(time, recording);
        return done / ((System.nanoTime() - begin) / 1e9);
    }

    private static double mean(List<Turn> turns, ToDoubleFunction<Turn> rate) {
        return turns.stream().mapToDouble(rate).average().orElseThrow();
    }

    private static double middle(List<Turn> rounds, ToDoubleFunction<Turn> value) {
        return middle(rounds.stream().mapToDouble(value).toArray());
    }

    private void prepare() throws SQLException {
        postgres.createDatabase(new ServiceDatabase(
                NAME, UUID.randomUUID().toString(), UUID.randomUUID().toString()));
        try (Connection superuser = postgres.superuser(NAME);
                Statement statement = superuser.createStatement()) {
            statement.execute(resource("/db/platform/V1__platform.sql"));
            statement.execute(resource("/db/platform/V2__outbox.sql"));
            for (String table : TABLES) {
                statement.execute(table);
            }
            for (String table : HashChain.TABLES) {
                statement.execute(table);
            }
        }
        for (int writer = 0; writer < WRITERS; writer++) {
            Connection connection = postgres.superuser(NAME);
            connections.add(connection);
            connection.setAutoCommit(false);
        }
    }

    private void check() throws SQLException {
        for (Map.Entry<String, String> count : COUNTS.entrySet()) {
            require(committed, number(count.getValue()), count.getKey());
        }
        require(0, number(HashChain.BROKEN), "broken links");
    }

    private static void require(long expected, long found, String what) {
        if (expected != found) {
            throw CliException.refused(
                    "the rates mean nothing: there are %d %s, and %d were expected".formatted(found, what, expected));
        }
    }

    /// Writes row, event and record of a transition.
    private interface Recording {
        void write(Connection connection, Transition act) throws SQLException;
    }

    /// Transitions of all writers together.
    private long writers(Duration time, Recording recording) throws InterruptedException, SQLException {
        AtomicLong done = new AtomicLong();
        AtomicReference<@Nullable SQLException> failed = new AtomicReference<>();
        long end = System.nanoTime() + time.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (Connection connection : connections) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    while (System.nanoTime() - end < 0) {
                        int job = 1 + ThreadLocalRandom.current().nextInt(JOBS);
                        recording.write(connection, new Transition(job, bytes));
                        connection.commit();
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
        committed += done.get();
        return done.get();
    }

    /// On the connection of a writer, while none of them writes.
    private long number(String sql) throws SQLException {
        Connection connection = connections.getFirst();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            long number = row.getLong(1);
            connection.commit();
            return number;
        }
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
        sequencer.close();
    }

    /// The one sequencer; after a small batch it lets the next one gather for as long as the suite's does.
    private final class Sequencing {
        private volatile boolean running = true;
        private final FutureTask<Void> work = new FutureTask<>(this::run);
        private final Thread thread = Thread.ofPlatform().start(work);

        private Void run() throws SQLException {
            try (PreparedStatement statement = sequencer.prepareStatement(SEQUENCE)) {
                int taken;
                do {
                    taken = statement.executeUpdate();
                    if (running && taken < LARGE) {
                        LockSupport.parkNanos(GATHERING.toNanos());
                    }
                } while (running || taken > 0);
            }
            return null;
        }

        /// Ends it when nothing waits any more.
        void stop() throws InterruptedException, SQLException {
            running = false;
            LockSupport.unpark(thread);
            try {
                work.get();
            } catch (ExecutionException e) {
                throw new SQLException("the sequencer has failed", e.getCause());
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
