package revontuli.trainer.run;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.PlanText;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// An assignment with its surroundings: the file that a worker process is started with. Holds the secret of the
/// claim, so it is written for its owner only and deleted by the worker once it is read.
public record WorkOrder(Assignment assignment, Surroundings surroundings, Effort effort) {

    /// Where things are.
    ///
    /// @param address of the service's gRPC door
    /// @param folder for drafts; the worker's own
    /// @param launcher process whose end ends the worker
    public record Surroundings(String address, Path apiKey, Path artifacts, Path folder, OptionalLong launcher) {}

    /// How much and how often.
    public record Effort(Duration ttl, long checkpointSteps, int evaluationTokens, int threads) {}

    public byte[] bytes() {
        Json.Fields data = Json.fields();
        for (Map.Entry<String, Assignment.Material> each : assignment.data().entrySet()) {
            Assignment.Material material = each.getValue();
            data = data.with(
                    each.getKey(),
                    Json.fields()
                            .with("shard", material.shard().toString())
                            .with("dataset", material.dataset().toString())
                            .with("language", material.language()));
        }
        Json.Fields order = Json.fields()
                .with("job", assignment.lease().job())
                .with("fence", Json.number(assignment.lease().fence()))
                .with("secret", assignment.lease().secret())
                .with("plan", PlanText.fields(assignment.plan()))
                .with("base", assignment.base().toString())
                .with("data", data)
                .with("address", surroundings.address())
                .with("api_key_file", surroundings.apiKey().toString())
                .with("artifacts", surroundings.artifacts().toString())
                .with("folder", surroundings.folder().toString())
                .with("ttl_ms", Json.number(effort.ttl().toMillis()))
                .with("checkpoint_steps", Json.number(effort.checkpointSteps()))
                .with("evaluation_tokens", Json.number(effort.evaluationTokens()))
                .with("threads", Json.number(effort.threads()));
        if (surroundings.launcher().isPresent()) {
            order = order.with("launcher", Json.number(surroundings.launcher().getAsLong()));
        }
        if (assignment.checkpoint().isPresent()) {
            Job.Point point = assignment.checkpoint().get();
            order = order.with("checkpoint_step", Json.number(point.step()))
                    .with("checkpoint", point.digest().toString());
        }
        return CanonicalJson.encode(order);
    }

    public static WorkOrder parse(byte[] bytes) {
        Json.Fields in = CanonicalJson.parseFields(bytes);
        Map<String, Assignment.Material> data = new TreeMap<>();
        Json.Fields sets = in.fields("data");
        sets.members().keySet().forEach(name -> {
            Json.Fields one = sets.fields(name);
            data.put(
                    name,
                    new Assignment.Material(
                            Digest.parse(one.text("shard")), Digest.parse(one.text("dataset")), one.text("language")));
        });
        Optional<Job.Point> checkpoint = in.members().containsKey("checkpoint")
                ? Optional.of(new Job.Point(number(in, "checkpoint_step"), Digest.parse(in.text("checkpoint"))))
                : Optional.empty();
        String plan = new String(CanonicalJson.encode(in.fields("plan")), StandardCharsets.UTF_8);
        return new WorkOrder(
                new Assignment(
                        new Lease(in.text("job"), number(in, "fence"), in.text("secret")),
                        PlanText.parse(plan),
                        Digest.parse(in.text("base")),
                        data,
                        checkpoint),
                new Surroundings(
                        in.text("address"),
                        Path.of(in.text("api_key_file")),
                        Path.of(in.text("artifacts")),
                        Path.of(in.text("folder")),
                        in.members().containsKey("launcher")
                                ? OptionalLong.of(number(in, "launcher"))
                                : OptionalLong.empty()),
                new Effort(
                        Duration.ofMillis(number(in, "ttl_ms")),
                        number(in, "checkpoint_steps"),
                        (int) number(in, "evaluation_tokens"),
                        (int) number(in, "threads")));
    }

    private static long number(Json.Fields in, String name) {
        return Json.parseNumber(name, in.text(name));
    }
}
