package revontuli.cli.bench.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import revontuli.cli.Home;
import revontuli.cli.Out;
import revontuli.cli.stack.Foundation;
import revontuli.platform.failpoint.SeededBug;

/// Runs the parts and puts their figures into the result. A part answers whether all is as it must be.
///
/// @param folder for homes, exports and journals; what is in it may be deleted
record LedgerRun(Path root, Path folder, Out out, ObjectNode result) {
    private static final double LAG_SHARE = 0.99;

    boolean rates(int rounds, int records, Duration time) throws InterruptedException {
        try (Foundation foundation = foundation("rates", 1)) {
            DatabaseRates.Result database = DatabaseRates.measure(foundation.postgres(), rounds, time, out);
            result.put("db_records_per_s", Math.round(database.recordsPerSecond()))
                    .put("hash_chain_per_s", Math.round(database.chainPerSecond()))
                    .put("hash_chain_locked_per_s", Math.round(database.lockedChainPerSecond()))
                    .put("ratio_hash_chain", tenths(database.ratio()))
                    .put("db_backlog", database.backlog());
            EndToEnd.Result through = EndToEnd.measure(foundation, root, rounds, records, time, out);
            result.put("records_per_s", Math.round(through.recordsPerSecond()))
                    .put(
                            "records_per_s_rounds",
                            Arrays.toString(Arrays.stream(through.rounds())
                                    .mapToLong(Math::round)
                                    .toArray()))
                    .put("checkpoint_lag_p50_s", hundredths(through.lagAt(0.5)))
                    .put("checkpoint_lag_p99_s", hundredths(through.lagAt(LAG_SHARE)))
                    .put("inclusion_proof_p50_ms", tenths(through.proofAt(0.5)))
                    .put("inclusion_proof_p99_ms", tenths(through.proofAt(LAG_SHARE)));
        }
        return true;
    }

    boolean verify(int entries) throws InterruptedException {
        VerifySpeed.Result speed = VerifySpeed.measure(folder.resolve("verify"), entries, out);
        result.put("verify_entries", speed.entries())
                .put("verify_entries_per_s", Math.round(speed.together()))
                .put("verify_peak_mib", Math.round(speed.peakMebibytes()))
                .put("verify_alone_entries_per_s", Math.round(speed.alone()))
                .put("verify_again_entries_per_s", Math.round(speed.again()));
        return true;
    }

    boolean tamper(int count, long seed) {
        Tamperings.Result found;
        try (Foundation foundation = foundation("tamper", 1)) {
            found = Tamperings.run(foundation.postgres(), folder, count, seed, out);
        }
        result.put("tampered", found.tampered()).put("found", found.found()).put("wrong_index", found.wrongIndex());
        return found.found() == found.tampered() && found.wrongIndex() == 0;
    }

    boolean bugs() throws InterruptedException {
        SeededBugs.Result found;
        try (Foundation foundation = foundation("bugs", 1)) {
            found = SeededBugs.run(foundation, root, out);
        }
        result.put("mutants", SeededBug.values().length).put("mutants_caught", found.caught());
        return found.clean() && found.caught() == SeededBug.values().length;
    }

    boolean campaign(CampaignPlan plan) throws InterruptedException {
        CampaignResult found;
        try (Foundation foundation = foundation("campaign", 3)) {
            found = Campaign.run(foundation, root, plan, out);
        }
        result.put("kills", found.counted())
                .put("kills_by_kind", found.kills().toString())
                .put("void", found.voided())
                .put("seed", plan.seed())
                .put("acknowledged", found.history().acknowledged())
                .put("unknown", found.history().unknown())
                .put("leaves", found.leaves())
                .put("lost", found.history().lost())
                .put("doubled", found.history().doubled())
                .put("unordered", found.history().unordered())
                .put("broken_sources", found.history().broken())
                .put("verification", found.verification())
                .put("recovery_max_s", tenths(found.recoveryMax()));
        found.history().examples().forEach(out::error);
        return found.isClean();
    }

    private Foundation foundation(String name, int brokers) {
        return Foundation.start(new Home(folder.resolve(name)), out, brokers);
    }

    private static double hundredths(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
