package revontuli.cli.bench.ledger;

import java.nio.file.Path;
import java.util.List;
import revontuli.platform.failpoint.Failpoint;

/// How long a campaign goes on and what counts.
///
/// @param kills that count, after which it ends
/// @param secondsMax after which it ends with those that it has
/// @param rateMin acknowledged acts a second, before and after a kill; a kill with fewer does not count
/// @param points at which the service may end, each as often as the others
/// @param journal file to which a line is added for every kill and for the run
public record CampaignPlan(int kills, int secondsMax, int rateMin, long seed, List<Failpoint> points, Path journal) {

    public CampaignPlan {
        points = List.copyOf(points);
    }
}
