package revontuli.cli.bench.ledger;

import java.util.Map;
import revontuli.transparency.history.HistoryCheck;

/// What a campaign came to.
///
/// @param kills that count, by kind
/// @param voided kills before or after which the load was too small, or that hit while another healed
/// @param verification of the whole log's export at the end: `OK` or the reason
/// @param recoveryMax longest time from a kill to the load flowing again, in seconds
public record CampaignResult(
        Map<String, Integer> kills,
        int voided,
        HistoryCheck.Result history,
        long leaves,
        String verification,
        double recoveryMax) {
    public CampaignResult {
        kills = Map.copyOf(kills);
    }

    int counted() {
        return kills.values().stream().mapToInt(Integer::intValue).sum();
    }

    boolean isClean() {
        return history.isClean() && verification.equals("OK");
    }
}
