package revontuli.cli.bench.query;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import java.nio.ByteBuffer;
import java.text.ParseException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.transparency.crypto.Digest;

/// A kind of query, with values drawn anew each time.
///
/// @param draw fills a request for a log of so many records
record Question(String name, BiFunction<SplittableRandom, Long, QueryRecordsRequest.Builder> draw) {
    private static final int PAGE = 50;
    private static final int HOUR = 3_600;

    static List<Question> all() {
        return List.of(
                new Question("subject", (r, _) -> page().setSubject("generations/g-" + r.nextInt(1_000_000))),
                new Question("job", (r, n) -> page().setJob("jobs/j-" + r.nextLong(n) / 250)),
                new Question("model", (r, _) -> page().setModel(model(r))),
                new Question("model digest", (r, _) -> page().setModel(modelDigest(r))),
                new Question("model, newest first", (r, _) -> page().setModel(model(r))
                        .setNewestFirst(true)),
                new Question("actor", (r, _) -> page().setActor(actor(r))),
                new Question("service", (r, _) -> page().setService(service(r)).setNewestFirst(r.nextBoolean())),
                new Question("action, frequent", (_, _) -> page().setAction("generation.finished")
                        .setNewestFirst(true)),
                new Question("action, rare", (_, _) -> page().setAction("model.promoted")),
                new Question("action prefix", (r, _) -> page().setAction(r.nextBoolean() ? "job.*" : "generation.*")
                        .setNewestFirst(r.nextBoolean())),
                new Question("tenant", (r, _) -> page().setTenant(tenant(r)).setNewestFirst(r.nextBoolean())),
                new Question("an hour", (r, n) -> window(r, n, HOUR)),
                new Question(
                        "a day, newest first", (r, n) -> window(r, n, 24 * HOUR).setNewestFirst(true)),
                new Question("tenant and an hour", (r, n) -> window(r, n, HOUR).setTenant(tenant(r))),
                new Question(
                        "tenant and a day, newest first",
                        (r, n) -> window(r, n, 24 * HOUR).setTenant(tenant(r)).setNewestFirst(true)),
                new Question("action prefix and a day", (r, n) -> window(r, n, 24 * HOUR)
                        .setAction("job.*")),
                new Question("tenant and action", (r, _) -> page().setTenant(tenant(r))
                        .setAction("generation.admitted")),
                new Question(
                        "actor and action", (r, _) -> page().setActor(actor(r)).setAction("generation.finished")),
                new Question(
                        "model and tenant", (r, _) -> page().setModel(model(r)).setTenant(tenant(r))));
    }

    private static QueryRecordsRequest.Builder page() {
        return QueryRecordsRequest.newBuilder().setPageSize(PAGE);
    }

    private static QueryRecordsRequest.Builder window(SplittableRandom r, long records, long seconds) {
        long last = records / GrownLog.A_SECOND;
        Timestamp from = Timestamps.add(begin(), Durations.fromSeconds(r.nextLong(Math.max(1, last))));
        return page().setFromTime(from).setToTime(Timestamps.add(from, Durations.fromSeconds(seconds)));
    }

    private static Timestamp begin() {
        try {
            return Timestamps.parse(GrownLog.BEGIN);
        } catch (ParseException e) {
            throw new IllegalStateException("the begin of the generated log is a time", e);
        }
    }

    private static String model(SplittableRandom r) {
        return "models/m-" + r.nextInt(20) + "/versions/" + (1 + r.nextInt(10));
    }

    private static String modelDigest(SplittableRandom r) {
        int number = r.nextInt(20) * 10 + r.nextInt(10);
        return Digest.of(ByteBuffer.allocate(4).putInt(number).array()).toString();
    }

    private static String actor(SplittableRandom r) {
        return "users/u-" + r.nextInt(5_000);
    }

    private static String tenant(SplittableRandom r) {
        return "tenant-" + r.nextInt(1_000) * r.nextInt(1_000) / 1_000;
    }

    private static String service(SplittableRandom r) {
        return List.of("inference-svc", "safety-svc", "trainer-svc", "tokenizer-svc")
                .get(r.nextInt(4));
    }
}
