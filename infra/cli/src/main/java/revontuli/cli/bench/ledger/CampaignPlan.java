package revontuli.cli.bench.ledger;

import java.nio.file.Path;

/// How long a campaign goes on and what counts.
///
/// @param kills that count, after which it ends
/// @param secondsMax after which it ends with those that it has
/// @param rateMin acknowledged acts a second, before and after a kill; a kill with fewer does not count
/// @param journal file to which a line is added for every kill and for the run
public record CampaignPlan(int kills, int secondsMax, int rateMin, long seed, Path journal) {}
