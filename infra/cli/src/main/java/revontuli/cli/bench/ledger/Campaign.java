package revontuli.cli.bench.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.bench.Machine;
import revontuli.cli.bench.Mode;
import revontuli.cli.bench.RunningService;
import revontuli.cli.client.AuditExport;
import revontuli.cli.stack.Foundation;
import revontuli.embedded.Folders;
import revontuli.platform.failpoint.Failpoint;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.export.ExportVerifier;
import revontuli.transparency.export.Verification;
import revontuli.transparency.history.ActHistory;
import revontuli.transparency.history.HistoryCheck;

/// Kills what the ledger rests on while acts are recorded: the service at a named point or by SIGKILL, Postgres by an
/// immediate stop, a broker of three by SIGKILL. At the end every act that a client heard of must be in the log,
/// once and in order, and the log's export must verify.
final class Campaign {
    private static final ObjectMapper JSON = new ObjectMapper();
    /// The service's start takes longest, so the others die more often.
    private static final int ROUNDS_OF_A_SERVICE = 3;

    private static final Duration WINDOW = Duration.ofMillis(700);
    private static final Duration HEAL_LIMIT = Duration.ofSeconds(90);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
    private static final Duration FAILPOINT_PATIENCE = Duration.ofSeconds(6);

    private final Foundation foundation;
    private final Path root;
    private final CampaignPlan plan;
    private final Out out;
    private final Random random;
    private final Machine machine;
    private final long begun = System.nanoTime();
    private final ActHistory history = new ActHistory();
    private final HistoryCheck check = new HistoryCheck(Callers.ACTION, Callers.MARK);
    private final Map<String, Integer> kills = new TreeMap<>();
    private int voided;
    private double recoveryMax;
    private RunningService service;
    private String armed = "";
    /// Points still to come before each comes again.
    private final Deque<Failpoint> points = new ArrayDeque<>();
    /// Whether the service was killed, and did not end at the point that was armed.
    private boolean struck;
    /// How often the service ended at which point, also beside another kill.
    private final Map<String, Integer> halts = new TreeMap<>();
    private Thread returning = Thread.ofPlatform().start(() -> {});

    private Campaign(Foundation foundation, Path root, CampaignPlan plan, Out out) {
        this.foundation = foundation;
        this.root = root;
        this.plan = plan;
        this.out = out;
        this.random = new Random(plan.seed());
        this.machine = Machine.here(root);
        this.service = start();
    }

    /// Runs on a foundation with three brokers.
    static CampaignResult run(Foundation foundation, Path root, CampaignPlan plan, Out out)
            throws InterruptedException {
        Campaign campaign = new Campaign(foundation, root, plan, out);
        try {
            return campaign.run();
        } finally {
            campaign.service.close();
        }
    }

    private CampaignResult run() throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(plan.secondsMax()).toNanos();
        try (Callers callers = new Callers(foundation.home(), history);
                LogReader log = new LogReader(foundation.postgres(), check)) {
            callers.connect();
            double rate = awaitRate(callers);
            while (counted() < plan.kills() && System.nanoTime() - end < 0) {
                for (int round = 0; round < ROUNDS_OF_A_SERVICE; round++) {
                    rate = kill("postgres", rate, callers, this::crashPostgres);
                    rate = kill("broker", rate, callers, this::killBroker);
                }
                rate = kill("service", rate, callers, this::endService);
                if (!log.awaitAll(history, SETTLE_LIMIT, () -> revive(callers))) {
                    out.error("acts do not reach the log: " + check.against(history));
                    break;
                }
                out.progress("%d kills, %d void, %d acts acknowledged, %d leaves"
                        .formatted(counted(), voided, history.acknowledged(), log.size()));
                rate = awaitRate(callers); // while acts settled, much may have happened
            }
            callers.end();
            service.kill();
            service = start(""); // a point that is still armed would end it while it settles
            log.awaitAll(history, SETTLE_LIMIT, () -> {});
            String verification = verify();
            log.read();
            CampaignResult result =
                    new CampaignResult(kills, voided, check.against(history), log.size(), verification, recoveryMax);
            note(result);
            return result;
        }
    }

    /// Something that ends a part of the installation; answers what, for the journal.
    private interface Blow {
        String strike() throws InterruptedException;
    }

    private double kill(String kind, double before, Callers callers, Blow blow) throws InterruptedException {
        if (counted() >= plan.kills()) {
            return before;
        }
        long acknowledged = history.acknowledged();
        long begin = System.nanoTime();
        String what = blow.strike();
        if (!service.isAlive() && !kind.equals("service")) {
            what += ", and the service at " + armed;
        }
        revive(callers);
        double after = awaitRate(callers);
        double recovery = (System.nanoTime() - begin) / 1e9 - WINDOW.toMillis() / 1e3;
        boolean counts = before >= plan.rateMin() && after >= plan.rateMin();
        if (counts) {
            kills.merge(kind, 1, Integer::sum);
            recoveryMax = Math.max(recoveryMax, recovery);
        } else {
            voided++;
        }
        append(JSON.createObjectNode()
                .put("run", plan.seed())
                .put("second", (begin - begun) / 1_000_000_000)
                .put("kill", counted())
                .put("kind", kind)
                .put("what", what)
                .put("before", Math.round(before))
                .put("after", Math.round(after))
                .put("recovered_s", Math.round(recovery * 10) / 10.0)
                .put("counts", counts)
                .put("acknowledged", history.acknowledged() - acknowledged));
        return after;
    }

    private int counted() {
        return kills.values().stream().mapToInt(Integer::intValue).sum();
    }

    private String crashPostgres() {
        foundation.crashPostgres();
        return "immediate stop";
    }

    /// The broker comes back while the next kills go on; one at a time is away.
    private String killBroker() throws InterruptedException {
        returning.join();
        int node = 1 + random.nextInt(foundation.kafka().nodeCount());
        foundation.kafka().kill(node);
        returning = Thread.ofPlatform().daemon().name("broker-start").start(() -> foundation
                .kafka()
                .start(node));
        return "SIGKILL of broker " + node;
    }

    private String endService() {
        if (!armed.isEmpty() && service.awaitEnd(FAILPOINT_PATIENCE)) {
            return "halt at " + armed;
        }
        service.kill();
        struck = true;
        return "SIGKILL";
    }

    /// Starts the service with a failpoint that lies in its way, or with none.
    private RunningService start() {
        if (points.isEmpty()) {
            List<Failpoint> turn = new ArrayList<>(plan.points());
            Collections.shuffle(turn, random);
            points.addAll(turn);
        }
        Failpoint point = points.remove();
        int passage = passage(point);
        return start(passage == 0 ? "" : point.id() + "=halt@" + passage);
    }

    private RunningService start(String failpoint) {
        Map<String, String> environment = new HashMap<>();
        environment.put("QUARKUS_PROFILE", "test");
        if (!failpoint.isEmpty()) {
            environment.put("REVONTULI_PLATFORM_FAULTS_FAILPOINT", failpoint);
        }
        armed = failpoint;
        return RunningService.start(foundation, root, Service.SAFETY, Mode.JVM, environment);
    }

    /// Starts the service again if it has ended, and lets the clients know.
    private void revive(Callers callers) {
        if (!service.isAlive()) {
            if (!armed.isEmpty() && !struck) {
                halts.merge(armed.substring(0, armed.indexOf('=')), 1, Integer::sum);
            }
            struck = false;
            service.kill();
            service = start();
            callers.connect();
        }
    }

    /// How many passages of a point make a few seconds of load; 0 where it is passed at the start only.
    private int passage(Failpoint point) {
        return switch (point) {
            case ACT_UNCOMMITTED, ACT_UNANSWERED -> 200 + random.nextInt(600);
            case SEAL_UNCOMMITTED -> 10 + random.nextInt(30);
            // all that is pending is sealed before each of these
            case RELAY_READ, RELAY_SENT, RELAY_ACKED, RELAY_MARKED -> 3 + random.nextInt(6);
            case CONSUMER_POLLED, CONSUMER_TAKEN, SEQUENCER_CLAIMED, SEQUENCER_LEAVES_WRITTEN, CHECKPOINT_UNSIGNED ->
                10 + random.nextInt(20);
            case SEQUENCER_TILE_WRITTEN, CHECKPOINT_UNKEPT -> 2 + random.nextInt(3);
            case CONSUMER_REBALANCED -> 0;
        };
    }

    /// Waits until acts are acknowledged again at the least rate, and answers the rate.
    private double awaitRate(Callers callers) throws InterruptedException {
        long end = System.nanoTime() + HEAL_LIMIT.toNanos();
        double rate = 0;
        while (rate < plan.rateMin() && System.nanoTime() - end < 0) {
            rate = callers.rate(WINDOW);
            revive(callers);
        }
        return rate;
    }

    private String verify() {
        Path folder = foundation.home().run().resolve("campaign-export");
        Folders.delete(folder);
        try (Channels channels =
                Channels.open(foundation.home(), ClientCredential.load(foundation.home(), "auditor"))) {
            AuditExport.write(channels.to(Service.SAFETY), folder);
            Verification verification = ExportVerifier.verify(
                    folder, SigningKey.readPem(foundation.home().logKey()).verifyingKey());
            if (!verification.ok()) {
                out.error(verification.json());
            }
            return verification.reason().name();
        } catch (IOException e) {
            throw CliException.refused("cannot verify the log's export: " + e.getMessage());
        }
    }

    private void note(CampaignResult result) {
        HistoryCheck.Result found = result.history();
        append(JSON.createObjectNode()
                .put("run", plan.seed())
                .put("commit", machine.commit())
                .put("began", machine.date().toString())
                .put("load_before", machine.load())
                .put("seconds", (System.nanoTime() - begun) / 1_000_000_000)
                .put("kills", result.counted())
                .put("void", voided)
                .put("acknowledged", found.acknowledged())
                .put("unknown", found.unknown())
                .put("leaves", result.leaves())
                .put("lost", found.lost())
                .put("doubled", found.doubled())
                .put("unordered", found.unordered())
                .put("broken", found.broken())
                .put("verification", result.verification())
                .set("halts", JSON.valueToTree(halts)));
    }

    private void append(ObjectNode line) {
        try {
            Path folder = plan.journal().toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(
                    plan.journal(),
                    line + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + plan.journal(), e);
        }
    }
}
