package revontuli.trainer.run;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.Plan;
import revontuli.transparency.crypto.Digest;

/// What a worker is to do: a claim, the plan, and everything the plan names, by digest.
///
/// @param base digest of the base model's manifest
/// @param data by data set
/// @param checkpoint where to go on, if the job has run before
public record Assignment(
        Lease lease, Plan plan, Digest base, Map<String, Material> data, Optional<Job.Point> checkpoint) {

    /// A data set as token ids.
    public record Material(Digest shard, Digest dataset, String language) {}

    public Assignment {
        data = new TreeMap<>(data);
    }
}
