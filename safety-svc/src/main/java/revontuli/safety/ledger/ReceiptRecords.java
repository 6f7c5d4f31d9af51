package revontuli.safety.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import revontuli.platform.caller.Caller;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// Chooses the records of a receipt: those of the generation; what let its model in, with the keys that were trusted
/// then; its policy and tokenizer; the job with its data sets; and the opening of every source among them.
///
/// What lets a model or a policy serve is shown to everybody who was served; jobs and data sets only to whoever may see
/// them.
final class ReceiptRecords {
    private static final int OF_A_SUBJECT = 100;
    private static final int OF_A_MODEL = 20;
    private static final List<String> OF_MODELS = List.of(
            "model.registered",
            "model.approved",
            "model.promoted",
            "model.imported",
            "promotion.verified",
            "model.revoked");

    private final Records records;
    private final Caller caller;
    private final SortedMap<Long, LedgerRecord> chosen = new TreeMap<>();

    ReceiptRecords(Records records, Caller caller) {
        this.records = records;
        this.caller = caller;
    }

    /// All of them by index, or none when the caller may not see the generation.
    Collection<LedgerRecord> of(String generation) {
        List<LedgerRecord> own = oldest(RecordFilter.subject(generation), OF_A_SUBJECT).stream()
                .filter(record -> caller.sees(record.who().tenant()))
                .toList();
        if (own.isEmpty()) {
            return List.of();
        }
        add(own);
        SubjectRecords told = new SubjectRecords(own);
        told.text("model").ifPresent(model -> model(model, told.digest("model").orElse("")));
        named("policy", own).forEach(digest -> named("policy.activated", "policy", digest));
        named("tokenizer", own).forEach(digest -> named("tokenizer.registered", "tokenizer", digest));
        sources();
        return chosen.values();
    }

    private void model(String model, String digest) {
        for (String action : OF_MODELS) {
            List<LedgerRecord> found = oldest(RecordFilter.subject(model).withAction(action), OF_A_MODEL).stream()
                    .filter(record -> digest.equals(record.digests().get("model")))
                    .toList();
            add(found);
            if (action.equals("promotion.verified")) {
                found.forEach(this::trustedKeys);
            }
            new SubjectRecords(found).text("job").ifPresent(this::job);
        }
    }

    /// The approvers whom the instance that verified a promotion knew, as that run of it wrote them down.
    private void trustedKeys(LedgerRecord verified) {
        String source = sourceOf(verified);
        RecordFilter filter =
                RecordFilter.subject("principals/" + verified.who().service()).withAction("approvers.loaded");
        Records.Range before = new Records.Range(OptionalLong.of(verified.index()), true, OF_A_MODEL);
        records.list(filter, before).records().stream()
                .filter(record -> sourceOf(record).equals(source))
                .findFirst()
                .ifPresent(this::add);
    }

    private void job(String job) {
        List<LedgerRecord> found = visible(oldest(RecordFilter.subject(job), OF_A_SUBJECT));
        add(found);
        SubjectRecords told = new SubjectRecords(found.stream()
                .filter(record -> record.what().action().equals("job.submitted"))
                .toList());
        for (String list : List.of("data_sets", "evaluation_data_sets")) {
            Map<String, String> named = told.named(list);
            named.keySet()
                    .forEach(dataset ->
                            add(visible(oldest(RecordFilter.subject(dataset).withAction("dataset.registered"), 1))));
        }
    }

    private void sources() {
        Set<String> sources = new TreeSet<>();
        chosen.values().forEach(record -> sources.add(sourceOf(record)));
        sources.forEach(source -> add(oldest(RecordFilter.subject(source).withAction(AuditRecord.SOURCE_OPENED), 1)));
    }

    private void named(String action, String role, String digest) {
        records.firstNaming(action, role, digest).ifPresent(this::add);
    }

    private static Set<String> named(String role, List<LedgerRecord> in) {
        Set<String> digests = new TreeSet<>();
        in.stream()
                .map(record -> record.digests().getOrDefault(role, ""))
                .filter(digest -> !digest.isEmpty())
                .forEach(digests::add);
        return digests;
    }

    private List<LedgerRecord> oldest(RecordFilter filter, int count) {
        return records.list(filter, new Records.Range(OptionalLong.empty(), false, count))
                .records();
    }

    private List<LedgerRecord> visible(List<LedgerRecord> found) {
        return found.stream()
                .filter(record -> caller.sees(record.who().tenant())
                        || record.who().tenant().equals(Caller.SYSTEM_TENANT))
                .toList();
    }

    private void add(List<LedgerRecord> found) {
        found.forEach(this::add);
    }

    private void add(LedgerRecord record) {
        chosen.put(record.index(), record);
    }

    private static String sourceOf(LedgerRecord record) {
        return SealedRecord.parse(record.leaf()).record().source();
    }
}
