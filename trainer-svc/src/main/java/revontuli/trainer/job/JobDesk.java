package revontuli.trainer.job;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.trainer.dataset.Dataset;
import revontuli.trainer.dataset.DatasetCatalog;
import revontuli.trainer.publish.ModelCatalog;
import revontuli.trainer.publish.ModelFiles;
import revontuli.trainer.publish.ModelVersion;
import revontuli.transparency.json.Json;

/// Takes jobs in, and shows them.
public final class JobDesk {
    private final Jobs jobs;
    private final JobBook book;
    private final DatasetCatalog datasets;
    private final ModelCatalog models;
    private final ArtifactStore artifacts;
    private final int openMax;

    public JobDesk(
            Jobs jobs,
            JobBook book,
            DatasetCatalog datasets,
            ModelCatalog models,
            ArtifactStore artifacts,
            int openMax) {
        this.jobs = jobs;
        this.book = book;
        this.datasets = datasets;
        this.models = models;
        this.artifacts = artifacts;
        this.openMax = openMax;
    }

    /// Accepts a job. Once it returns the job is on disk and will end exactly once. The same name with the same plan
    /// answers the job that stands, for ever.
    ///
    /// @param door how it came in, for the record: `grpc` or `kafka`
    public Job submit(Caller caller, String name, Plan plan, String door) {
        book.acts().admission().requireRoom();
        return jobs.find(name)
                .map(standing -> sameOrTaken(caller, standing, plan))
                .orElseGet(() -> accept(caller, name, plan, door));
    }

    public Job get(Caller caller, String name) {
        return jobs.find(name).filter(job -> job.visibleTo(caller)).orElseThrow(() -> JobBook.noSuch(name));
    }

    public List<Jobs.Placed> page(Caller caller, long before, int size) {
        return jobs.page(caller, before, size);
    }

    private Job accept(Caller caller, String name, Plan plan, String door) {
        ModelVersion base = base(caller, plan);
        JobBook.Note note = note(base, data(caller, plan), plan).with("door", door);
        try {
            artifacts.put(new ByteArrayInputStream(PlanText.bytes(plan)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the plan of " + name, e);
        }
        Instant now = book.acts().now();
        Job job = new Job(
                name,
                new Job.Submission(caller.tenant(), caller.principal(), plan, plan.digest(), now),
                new JobState.Queued(),
                Job.Claim.NONE,
                Progress.NONE,
                List.of(),
                now,
                1);
        boolean mine = book.acts().unit().run(() -> {
            long open = jobs.open(caller.tenant());
            if (open >= openMax && jobs.find(name).isEmpty()) {
                throw quota(open);
            }
            return book.open(caller, job, note);
        });
        return mine ? job : sameOrTaken(caller, jobs.find(name).orElseThrow(), plan);
    }

    private ModelVersion base(Caller caller, Plan plan) {
        ModelVersion base = models.get(caller, plan.baseModel());
        if (!base.usableBy(caller)) {
            throw ModelCatalog.noSuch(plan.baseModel());
        }
        if (!base.state().usable()) {
            throw new Fault.Conflict(
                            "WRONG_STATE",
                            "plan.base_model: " + base.name() + " is " + base.state()
                                    + "; train on a version that may be served",
                            Map.of("model", base.name(), "state", base.state().name()))
                    .toException();
        }
        int positions = new ModelFiles(artifacts).positions(base.manifest());
        if (plan.shape().sequenceTokens() > positions) {
            throw Plan.outOfRange(
                    "plan.sequence_tokens",
                    plan.shape().sequenceTokens() + " is more than the " + positions + " positions of " + base.name());
        }
        return base;
    }

    private Map<String, Dataset> data(Caller caller, Plan plan) {
        Map<String, Dataset> data = new TreeMap<>();
        for (String name : plan.datasets()) {
            Dataset dataset = datasets.get(caller, name);
            if (!dataset.usableBy(caller)) {
                throw DatasetCatalog.noSuch(name);
            }
            data.put(name, dataset);
        }
        return data;
    }

    private static Json.Fields digests(Map<String, Dataset> data, Collection<String> names) {
        Json.Fields digests = Json.fields();
        for (String name : names) {
            Dataset dataset = Objects.requireNonNull(data.get(name), name);
            digests = digests.with(name, dataset.digest().toString());
        }
        return digests;
    }

    /// Everything that the job rests on, by digest, so that lineage can be walked from the record alone.
    private static JobBook.Note note(ModelVersion base, Map<String, Dataset> data, Plan plan) {
        Set<String> trainedOn = new TreeSet<>();
        List<Json> mixture = new ArrayList<>();
        for (int i = 0; i < plan.stages().size(); i++) {
            for (Plan.Part part : plan.stages().get(i).mixture()) {
                trainedOn.add(part.dataset());
                mixture.add(Json.fields()
                        .with("stage", Json.number(i))
                        .with("dataset", part.dataset())
                        .with("weight", Double.toString(part.weight())));
            }
        }
        Json.Fields facts = Json.fields()
                .with("base_model", plan.baseModel())
                .with("model", plan.model())
                .with("data_sets", digests(data, trainedOn))
                .with("evaluation_data_sets", digests(data, plan.heldOut()))
                .with("mixture", new Json.Items(mixture));
        return new JobBook.Note(
                Map.of("plan", plan.digest(), "base", base.digest(), "tokenizer", base.tokenizer()), facts);
    }

    private static Job sameOrTaken(Caller caller, Job standing, Plan plan) {
        boolean same = standing.submission().tenant().equals(caller.tenant())
                && standing.submission().planDigest().equals(plan.digest());
        if (same) {
            return standing;
        }
        throw new Fault.AlreadyExists(
                        "JOB_EXISTS",
                        standing.name() + " is taken by another plan: choose another id",
                        Map.of("job", standing.name()))
                .toException();
    }

    private RuntimeException quota(long open) {
        return new Fault.Exhausted(
                        "QUOTA_EXCEEDED",
                        "this tenant has " + open + " jobs that have not ended; " + openMax + " are allowed",
                        Map.of("open", Long.toString(open), "limit", Integer.toString(openMax)))
                .toException();
    }
}
