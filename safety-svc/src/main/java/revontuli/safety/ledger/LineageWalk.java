package revontuli.safety.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import revontuli.platform.caller.Caller;
import revontuli.safety.ledger.Lineage.Edge;
import revontuli.safety.ledger.Lineage.Graph;
import revontuli.safety.ledger.Lineage.Node;

/// One walk: breadth first, every subject once, at most [#NODES_MAX] of them.
final class LineageWalk {
    static final int NODES_MAX = 500;

    private static final int NEWEST = 3;
    private static final int NAME_CHARS_MAX = 256;

    /// Which records tell of a kind of subject, the most telling first.
    private static final Map<String, List<String>> TELLING = Map.of(
            "generation",
            List.of(
                    "generation.finished",
                    "generation.refused",
                    "generation.interrupted",
                    "generation.cancelled",
                    "generation.admitted"),
            "model",
            List.of("model.promoted", "model.imported", "model.registered"),
            "job",
            List.of("job.succeeded", "job.failed", "job.cancelled", "job.submitted"),
            "dataset",
            List.of("dataset.registered"),
            "tokenizer",
            List.of("tokenizer.registered"),
            "policy",
            List.of("policy.activated"));

    static final List<String> SHOWN = List.of(
            "outcome",
            "finish_reason",
            "verdict",
            "category",
            "rule",
            "lane",
            "engine",
            "origin",
            "submitter",
            "license",
            "language",
            "purpose",
            "reason",
            "diverged_at",
            "prompt_tokens");

    private final Records records;
    private final Caller caller;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private final Set<Edge> known = new HashSet<>();
    private final Deque<Step> ahead = new ArrayDeque<>();

    /// A subject to look at, and the digest by which it was named.
    private record Step(String subject, String kind, String digest) {}

    LineageWalk(Records records, Caller caller) {
        this.records = records;
        this.caller = caller;
    }

    Graph from(String subject) {
        ahead.add(new Step(subject, kindOf(subject), ""));
        while (!ahead.isEmpty() && nodes.size() < NODES_MAX) {
            Step step = ahead.removeFirst();
            if (!nodes.containsKey(step.subject())) {
                look(step);
            }
        }
        edges.removeIf(edge -> !nodes.containsKey(edge.to()));
        return new Graph(List.copyOf(nodes.values()), edges, !ahead.isEmpty());
    }

    private void look(Step step) {
        SubjectRecords found = visible(step);
        if (found.isEmpty()) {
            nodes.put(step.subject(), new Node(step.subject(), step.kind(), step.digest(), -1, Map.of()));
            return;
        }
        switch (step.kind()) {
            case "generation" -> generation(step, found);
            case "model" -> model(step, found);
            case "job" -> job(step, found);
            default -> node(step, found, found.digest(step.kind()));
        }
    }

    private SubjectRecords visible(Step step) {
        List<LedgerRecord> telling = new ArrayList<>();
        for (String action : TELLING.getOrDefault(step.kind(), List.of())) {
            telling.addAll(newest(RecordFilter.subject(step.subject()).withAction(action)));
        }
        return new SubjectRecords(telling.isEmpty() ? newest(RecordFilter.subject(step.subject())) : telling);
    }

    private List<LedgerRecord> newest(RecordFilter filter) {
        return records.list(filter, new Records.Range(OptionalLong.empty(), true, NEWEST)).records().stream()
                .filter(record -> mayOpen(record.who().tenant()))
                .toList();
    }

    /// Also what the suite itself recorded: shipped models and policies belong to nobody's tenant.
    private boolean mayOpen(String tenant) {
        return caller.sees(tenant) || tenant.equals(Caller.SYSTEM_TENANT);
    }

    private void generation(Step step, SubjectRecords found) {
        node(step, found, Optional.empty());
        rests(step.subject(), found.text("model"), found.digest("model"), "model", "generated-by");
        restsOnShared(step.subject(), found);
    }

    private void model(Step step, SubjectRecords found) {
        node(step, found, found.digest("model"));
        switch (found.first().what().action()) {
            case "model.promoted" -> released(step, found, "promoted-by");
            case "model.imported" -> released(step, found, "imported-by");
            default -> {
                // a candidate: nobody has signed for it
            }
        }
        rests(step.subject(), found.text("job"), Optional.empty(), "job", "trained-by");
        rests(step.subject(), found.text("base_model"), found.digest("base"), "model", "based-on");
        restsOnShared(step.subject(), found);
    }

    private void released(Step step, SubjectRecords found, String relation) {
        String promotion = step.subject() + "/promotion";
        long record = found.first().index();
        String statement = found.digest("statement").orElse("");
        nodes.put(promotion, new Node(promotion, "promotion", statement, record, found.shown(SHOWN)));
        edge(step.subject(), promotion, relation);
        Map<String, String> signers = found.named("signers");
        signers.keySet().stream().filter(LineageWalk::isName).forEach(signer -> signed(promotion, signer, record));
        found.text("kid").filter(_ -> signers.isEmpty()).ifPresent(kid -> signed(promotion, "keys/" + kid, record));
    }

    private void signed(String promotion, String signer, long record) {
        nodes.putIfAbsent(signer, new Node(signer, "approver", "", record, Map.of()));
        edge(promotion, signer, "approved-by");
    }

    private void job(Step step, SubjectRecords found) {
        node(step, found, found.digest("plan"));
        datasets(step, found.named("data_sets", "datasets"), "trained-on");
        datasets(step, found.named("evaluation_data_sets", "evaluation_datasets"), "evaluated-on");
        rests(step.subject(), found.text("base_model"), found.digest("base"), "model", "based-on");
        restsOnShared(step.subject(), found);
    }

    private void datasets(Step step, Map<String, String> named, String relation) {
        named.forEach((dataset, digest) ->
                rests(step.subject(), Optional.of(dataset), Optional.of(digest), "dataset", relation));
    }

    /// Tokenizer and policy, known by their digests; their names are in the records that brought them in.
    private void restsOnShared(String from, SubjectRecords found) {
        found.digest("tokenizer")
                .ifPresent(digest -> rests(
                        from,
                        found.text("tokenizer")
                                .or(() -> nameOf("tokenizer.registered", "tokenizer", digest))
                                .or(() -> Optional.of(digest)),
                        Optional.of(digest),
                        "tokenizer",
                        "encoded-by"));
        found.digest("policy")
                .ifPresent(digest -> rests(
                        from,
                        found.text("policy")
                                .or(() -> nameOf("policy.activated", "policy", digest))
                                .or(() -> Optional.of(digest)),
                        Optional.of(digest),
                        "policy",
                        "moderated-by"));
    }

    private Optional<String> nameOf(String action, String role, String digest) {
        return records.firstNaming(action, role, digest)
                .filter(record -> mayOpen(record.who().tenant()))
                .map(record -> record.what().subject());
    }

    private void node(Step step, SubjectRecords found, Optional<String> digest) {
        long record = found.first().index();
        nodes.put(
                step.subject(),
                new Node(step.subject(), step.kind(), digest.orElse(step.digest()), record, found.shown(SHOWN)));
    }

    private void rests(String from, Optional<String> to, Optional<String> digest, String kind, String relation) {
        to.filter(LineageWalk::isName).ifPresent(name -> {
            edge(from, name, relation);
            ahead.add(new Step(name, kind, digest.orElse("")));
        });
    }

    /// A fact is free text; only what can be a subject is looked for.
    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= NAME_CHARS_MAX
                && text.chars().noneMatch(Character::isISOControl);
    }

    private void edge(String from, String to, String relation) {
        Edge edge = new Edge(from, to, relation);
        if (known.add(edge)) {
            edges.add(edge);
        }
    }

    static String kindOf(String subject) {
        int slash = subject.indexOf('/');
        return switch (slash < 0 ? subject : subject.substring(0, slash)) {
            case "generations" -> "generation";
            case "models" -> "model";
            case "jobs" -> "job";
            case "datasets" -> "dataset";
            case "tokenizers" -> "tokenizer";
            case "policies" -> "policy";
            case "users", "keys" -> "approver";
            default -> "artifact";
        };
    }
}
