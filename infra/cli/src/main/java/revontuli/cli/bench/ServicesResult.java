package revontuli.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import revontuli.cli.Service;

/// What was measured, as it comes in.
final class ServicesResult {
    private final ServicesPlan plan;
    private final List<RunFigures> runs = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final Map<String, String> built = new LinkedHashMap<>();
    private final Map<Service, String> calls = new LinkedHashMap<>();

    ServicesResult(ServicesPlan plan) {
        this.plan = plan;
    }

    void add(RunFigures run) {
        runs.add(run);
    }

    void missing(Service service, Mode mode, String why) {
        missing.add("%s %s: %s".formatted(service.fullName(), mode.label(), why));
    }

    void failed(Launch launch, int round, String why) {
        failed.add("%s %s, round %d: %s"
                .formatted(launch.service().fullName(), launch.mode().label(), round, why));
    }

    void built(Launch launch) {
        built.put(launch.service().fullName() + " " + launch.mode().label(), launch.built());
    }

    void describe(Workload workload) {
        calls.put(workload.service(), workload.description() + "; " + workload.inFlight() + " in flight");
    }

    ServicesPlan plan() {
        return plan;
    }

    List<RunFigures> runs() {
        return List.copyOf(runs);
    }

    /// What could not be measured, with the reason.
    List<String> missing() {
        return List.copyOf(missing);
    }

    /// Which runs failed, with the reason; the others went on.
    List<String> failed() {
        return List.copyOf(failed);
    }

    /// What made the program of each service and mode.
    Map<String, String> built() {
        return new LinkedHashMap<>(built);
    }

    String call(Service service) {
        return calls.getOrDefault(service, "");
    }

    /// True when every run of the service gave the same answers.
    boolean sameAnswers(Service service) {
        return runs.stream()
                        .filter(run -> run.service() == service && run.withModel())
                        .map(RunFigures::answers)
                        .distinct()
                        .count()
                <= 1;
    }
}
