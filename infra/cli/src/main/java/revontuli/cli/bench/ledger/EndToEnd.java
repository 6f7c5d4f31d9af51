package revontuli.cli.bench.ledger;

import io.grpc.Channel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.AuditLogServiceGrpc.AuditLogServiceBlockingStub;
import revontuli.api.safety.v1.GetInclusionProofRequest;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.bench.Mode;
import revontuli.cli.bench.RunningService;
import revontuli.cli.stack.Foundation;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.AuditEvent;

/// From a commit in one service's database to the log of another: records are written by 16 writers, a commit each,
/// where tokenizer-svc keeps its own; its process seals, signs and sends them, Kafka carries them, safety-svc checks,
/// sequences and signs. Everything shares one machine.
final class EndToEnd implements AutoCloseable {
    private static final int WRITERS = 16;
    private static final int WARM_RECORDS = 10_000;
    private static final int PROOFS = 1_000;
    private static final Duration ENTER_LIMIT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Digest BUILD = Digest.of(new byte[] {1});

    private final Foundation foundation;
    private final Out out;
    private final RunningService safety;
    private final RunningService tokenizer;
    private final String source;

    private EndToEnd(Foundation foundation, Path root, Out out) throws InterruptedException {
        this.foundation = foundation;
        this.out = out;
        this.safety = RunningService.start(foundation, root, Service.SAFETY, Mode.JIT, Map.of());
        this.tokenizer = RunningService.start(foundation, root, Service.TOKENIZER, Mode.JIT, Map.of());
        this.source = text("tokenizer", "select source from audit_source order by opened_time desc limit 1");
    }

    /// @param recordsPerSecond from the first commit until the last record is in the log, the middle of the rounds
    /// @param lag seconds from a record's commit to the first checkpoint over it, at half that rate
    @SuppressWarnings("ArrayRecordComponent")
    record Result(double recordsPerSecond, double[] rounds, double[] lag, double[] proofMillis) {
        double lagAt(double share) {
            return at(lag, share);
        }

        double proofAt(double share) {
            return at(proofMillis, share);
        }

        private static double at(double[] sorted, double share) {
            return sorted[Math.clamp((int) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)];
        }
    }

    static Result measure(Foundation foundation, Path root, int rounds, int records, Duration lagTime, Out out)
            throws InterruptedException {
        try (EndToEnd bench = new EndToEnd(foundation, root, out)) {
            bench.burst(Math.max(records / 4, WARM_RECORDS)); // nobody shall be compiled while it is measured
            double[] rates = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                rates[round] = bench.burst(records);
                out.progress("round %d: %.0f records/s end to end".formatted(round + 1, rates[round]));
            }
            double rate = DatabaseRates.middle(rates);
            double[] lag = bench.lag(rate / 2, lagTime);
            return new Result(rate, rates, lag, bench.proofs());
        } catch (SQLException e) {
            throw CliException.refused("the database does not take the load: " + e.getMessage());
        }
    }

    /// Writes as fast as commits go.
    private double burst(int records) throws SQLException, InterruptedException {
        long before = inTheLog();
        long begin = System.nanoTime();
        write(records, 0);
        double written = (System.nanoTime() - begin) / 1e9;
        awaitInTheLog(before + records);
        double seconds = (System.nanoTime() - begin) / 1e9;
        out.progress("%d records committed in %.1f s, in the log after %.1f s".formatted(records, written, seconds));
        return records / seconds;
    }

    private double[] lag(double rate, Duration time) throws SQLException, InterruptedException {
        long before = inTheLog();
        int records = (int) (rate * time.toMillis() / 1000);
        long firstIndex = number("safety", "select coalesce(max(index) + 1, 0) from audit_record");
        write(records, rate);
        awaitInTheLog(before + records);
        Thread.sleep(Duration.ofSeconds(2)); // the last checkpoint
        String sql = """
                select extract(epoch from (select min(c.create_time) from audit_checkpoint c where c.size > r.index)
                                          - r.recorded_time)
                from audit_record r where r.index >= ? and r.source = ? and r.action = 'tokenizer.benched'""";
        List<Double> lags = new ArrayList<>();
        try (Connection connection = foundation.postgres().superuser("safety");
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, firstIndex);
            statement.setString(2, source);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    lags.add(row.getDouble(1));
                }
            }
        }
        return lags.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /// Milliseconds of calls for proofs of random records, as a client sees them.
    private double[] proofs() throws SQLException {
        long size = number("safety", "select size from audit_head");
        Random random = new Random(1);
        double[] millis = new double[PROOFS];
        try (Channels channels =
                Channels.open(foundation.home(), ClientCredential.load(foundation.home(), "auditor"))) {
            Channel channel = channels.to(Service.SAFETY);
            AuditLogServiceBlockingStub stub = AuditLogServiceGrpc.newBlockingStub(channel);
            for (int call = -PROOFS / 4; call < PROOFS; call++) {
                long begin = System.nanoTime();
                stub.getInclusionProof(GetInclusionProofRequest.newBuilder()
                        .setIndex((long) (random.nextDouble() * size))
                        .build());
                millis[Math.max(0, call)] = (System.nanoTime() - begin) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis;
    }

    /// @param rate records a second of all writers together; 0 = as fast as it goes
    private void write(int records, double rate) throws SQLException, InterruptedException {
        AtomicLong begun = new AtomicLong();
        AtomicReference<@Nullable SQLException> failed = new AtomicReference<>();
        long begin = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try (Connection connection = foundation.postgres().superuser("tokenizer")) {
                    connection.setAutoCommit(false);
                    for (long n = begun.getAndIncrement(); n < records; n = begun.getAndIncrement()) {
                        if (rate > 0) {
                            long due = begin + (long) (n / rate * 1e9);
                            LockSupport.parkNanos(due - System.nanoTime());
                        }
                        commit(connection);
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
    }

    /// An act's record: a number under the subject's lock, then the body; two round trips, where the platform has one.
    private void commit(Connection connection) throws SQLException {
        String subject = "benches/" + UUID.randomUUID();
        try (PreparedStatement number = connection.prepareStatement("""
                        insert into audit_subject (subject, last_number) values (?, 1)
                        on conflict (subject) do update set last_number = audit_subject.last_number + 1
                        returning last_number, clock_timestamp()""");
                PreparedStatement insert =
                        connection.prepareStatement("insert into audit_pending (source, body) values (?, ?)")) {
            number.setString(1, subject);
            AuditEvent event;
            try (ResultSet row = number.executeQuery()) {
                row.next();
                event = event(
                        subject,
                        row.getLong(1),
                        row.getObject(2, OffsetDateTime.class).toInstant());
            }
            insert.setString(1, source);
            insert.setBytes(2, event.bytes());
            insert.executeUpdate();
        }
        connection.commit();
    }

    private static AuditEvent event(String subject, long number, Instant recorded) {
        return new AuditEvent(
                UUID.randomUUID(),
                new AuditEvent.Writer("tokenizer-svc", BUILD),
                new AuditEvent.Act("tokenizer.benched", "demo", "users/operator", ""),
                new AuditEvent.Subject(subject, number, "", ""),
                new AuditEvent.Times(recorded, recorded),
                new TreeMap<>(Map.of("tokenizer", BUILD)),
                Json.fields().with("tokens", "512").with("characters", "2048"));
    }

    private long inTheLog() throws SQLException {
        return number("safety", "select coalesce(max(number), 0) from audit_record where source = '" + source + "'");
    }

    private void awaitInTheLog(long number) throws SQLException, InterruptedException {
        long end = System.nanoTime() + ENTER_LIMIT.toNanos();
        while (inTheLog() < number) {
            if (System.nanoTime() - end > 0) {
                throw CliException.refused("after " + ENTER_LIMIT.toSeconds() + " s " + inTheLog() + " of " + number
                        + " records are in the log");
            }
            Thread.sleep(POLL);
        }
    }

    private long number(String database, String sql) throws SQLException {
        return Long.parseLong(one(database, sql));
    }

    private String text(String database, String sql) {
        try {
            return one(database, sql);
        } catch (SQLException e) {
            throw CliException.refused("cannot ask the database of " + database + ": " + e.getMessage());
        }
    }

    private String one(String database, String sql) throws SQLException {
        try (Connection connection = foundation.postgres().superuser(database);
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        safety.close();
    }
}
