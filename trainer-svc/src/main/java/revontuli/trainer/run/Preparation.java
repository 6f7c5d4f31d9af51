package revontuli.trainer.run;

import java.util.Map;
import java.util.TreeMap;
import revontuli.platform.fault.Fault;
import revontuli.trainer.dataset.Dataset;
import revontuli.trainer.dataset.DatasetCatalog;
import revontuli.trainer.dataset.Datasets;
import revontuli.trainer.dataset.ShardMaker;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.Plan;
import revontuli.trainer.publish.ModelCatalog;
import revontuli.trainer.publish.ModelVersion;
import revontuli.trainer.publish.Models;

/// Makes ready what a worker needs: every data set of the plan as token ids of the base model's own tokenizer.
final class Preparation {
    private final Datasets datasets;
    private final Models models;
    private final ShardMaker shards;

    Preparation(Datasets datasets, Models models, ShardMaker shards) {
        this.datasets = datasets;
        this.models = models;
        this.shards = shards;
    }

    /// The base model as it is now: it may have been revoked since the job was accepted.
    ModelVersion base(Plan plan) {
        ModelVersion base = models.find(plan.baseModel()).orElseThrow(() -> ModelCatalog.noSuch(plan.baseModel()));
        if (!base.state().usable()) {
            throw new Fault.Conflict(
                            "BASE_REVOKED",
                            base.name() + " is " + base.state() + " and may not be trained on any more",
                            Map.of("model", base.name()))
                    .toException();
        }
        return base;
    }

    /// `between` is called again and again meanwhile: it prolongs the claim, or throws to stop.
    Map<String, Assignment.Material> materials(Job job, ModelVersion base, Runnable between) {
        Map<String, Assignment.Material> materials = new TreeMap<>();
        for (String name : job.submission().plan().datasets()) {
            Dataset dataset = datasets.find(name).orElseThrow(() -> DatasetCatalog.noSuch(name));
            between.run();
            materials.put(
                    name,
                    new Assignment.Material(
                            shards.shard(dataset, base.tokenizer(), between),
                            dataset.digest(),
                            dataset.about().language()));
        }
        return materials;
    }
}
