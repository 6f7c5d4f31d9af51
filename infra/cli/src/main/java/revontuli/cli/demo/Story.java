package revontuli.cli.demo;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import revontuli.api.inference.v1.FinishReason;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.ListModelsRequest;
import revontuli.api.inference.v1.Sampling;
import revontuli.api.tokenizer.v1.CountTokensRequest;
import revontuli.api.tokenizer.v1.CountTokensResponse;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.api.trainer.v1.Dataset;
import revontuli.api.trainer.v1.DatasetServiceGrpc;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.ModelVersion;
import revontuli.api.trainer.v1.RegisterDatasetRequest;
import revontuli.cli.Channels;
import revontuli.cli.ClientCredential;
import revontuli.cli.Home;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.StackFile;
import revontuli.cli.client.Evaluations;
import revontuli.cli.client.JobFile;
import revontuli.cli.client.JobWatch;
import revontuli.cli.client.Models;
import revontuli.cli.client.ShippedModel;
import revontuli.cli.client.Submissions;
import revontuli.cli.client.Uploads;

/// The story, chapter by chapter. Every chapter checks what it shows; the first thing that is not so ends it.
final class Story {
    private static final String MODEL = ShippedModel.MODEL;
    private static final String BASE = ShippedModel.VERSION;
    private static final String TOKENIZER = ShippedModel.TOKENIZER;
    private static final int SHOWN_CHARS_MAX = 60;

    private final Home home;
    private final DemoFiles files;
    private final Out out;
    private int chapter;
    private String generation = "";
    private Evidence.Said said = new Evidence.Said("", "", "");
    private String candidate = "";

    Story(Home home, DemoFiles files, Out out) {
        this.home = home;
        this.files = files;
        this.out = out;
    }

    /// The last generation, for hints.
    String generation() {
        return generation;
    }

    void tell() {
        importModel();
        encode();
        generateFrom(BASE);
        refuse();
        train();
        approve();
        generateFrom(candidate);
        new Evidence(home, out).show(said, this::chapter);
    }

    private void chapter(String title) {
        out.note("");
        out.note(out.bold(++chapter + "  " + title));
    }

    private Channels as(String name) {
        return Channels.open(home, ClientCredential.load(home, name));
    }

    private void importModel() {
        chapter("A tokenizer and a model enter, under the installation's signature");
        ShippedModel.enter(home, out);
        awaitServed(BASE);
    }

    private void encode() {
        chapter("One sentence a language, counted in tokens");
        try (Channels caller = as("caller")) {
            var stub = TokenizerServiceGrpc.newBlockingStub(caller.to(Service.TOKENIZER));
            for (DemoFiles.Sample sample : files.sentences()) {
                CountTokensResponse count = stub.countTokens(CountTokensRequest.newBuilder()
                        .setTokenizer(TOKENIZER)
                        .setText(sample.text())
                        .build());
                require(count.getTokenCount() > 0, "the sentence in " + sample.language() + " has no tokens");
                out.note("   %-4s %4d tokens %4d bytes  %s"
                        .formatted(
                                sample.language(), count.getTokenCount(), count.getByteCount(), shown(sample.text())));
            }
        }
    }

    private void generateFrom(String version) {
        chapter("A moderated generation from " + version);
        try (Channels caller = as("caller")) {
            DemoFiles.Sample prompt = files.prompts().getFirst();
            StringBuilder output = new StringBuilder();
            GenerateTextResponse last = stream(caller, prompt.text(), version, output);
            require(
                    last.getFinishReason() == FinishReason.FINISH_REASON_LENGTH
                            || last.getFinishReason() == FinishReason.FINISH_REASON_STOP,
                    "the generation ended with " + last.getFinishReason());
            require(
                    last.getReceipt().getModel().equals(version),
                    "it came from " + last.getReceipt().getModel());
            generation = last.getReceipt().getGeneration();
            said = new Evidence.Said(generation, prompt.text(), output.toString());
            out.note(out.dim("   " + generation + ", " + last.getUsage().getOutputTokenCount() + " tokens, first after "
                    + last.getUsage().getFirstTokenMs() + " ms, all after "
                    + last.getUsage().getTotalMs() + " ms"));
        }
    }

    private GenerateTextResponse stream(Channels caller, String prompt, String model, StringBuilder output) {
        Iterator<GenerateTextResponse> answers = InferenceServiceGrpc.newBlockingStub(caller.to(Service.INFERENCE))
                .generateText(GenerateTextRequest.newBuilder()
                        .setModel(model)
                        .setPrompt(prompt)
                        .setMaxTokens(48)
                        .setSampling(Sampling.newBuilder()
                                .setTemperature(0.7f)
                                .setTopP(0.9f)
                                .setRepetitionPenalty(1.1f)
                                .setSeed(4))
                        .build());
        out.piece("   " + out.dim(prompt));
        GenerateTextResponse last = GenerateTextResponse.getDefaultInstance();
        while (answers.hasNext()) {
            last = answers.next();
            output.append(last.getText());
            out.piece(last.getText().replace('\n', ' '));
        }
        out.note("");
        return last;
    }

    private void refuse() {
        chapter("What the policy refuses: an answer with its reason, never a silent cut");
        try (Channels caller = as("caller")) {
            for (DemoFiles.Forbidden forbidden : files.forbidden()) {
                Iterator<GenerateTextResponse> answers = InferenceServiceGrpc.newBlockingStub(
                                caller.to(Service.INFERENCE))
                        .generateText(GenerateTextRequest.newBuilder()
                                .setModel(MODEL)
                                .setPrompt(forbidden.prompt())
                                .build());
                GenerateTextResponse last = GenerateTextResponse.getDefaultInstance();
                StringBuilder text = new StringBuilder();
                while (answers.hasNext()) {
                    last = answers.next();
                    text.append(last.getText());
                }
                require(
                        last.getFinishReason() == FinishReason.FINISH_REASON_REFUSED && text.isEmpty(),
                        "the prompt with " + forbidden.kind() + " was not refused");
                out.note("   %-16s %s".formatted(forbidden.kind(), shown(forbidden.prompt())));
                out.note("   %-16s %s: %s, rule %s"
                        .formatted(
                                "",
                                out.yellow("refused"),
                                last.getRefusal().getCategory(),
                                last.getRefusal().getRule()));
            }
        }
    }

    private void train() {
        chapter("A training job, submitted over Kafka as a signed event");
        try (Channels operator = as("operator")) {
            registerData(operator);
            ClientCredential credential = ClientCredential.load(home, "operator");
            var request = JobFile.read(files.job());
            Submissions.sign(request, credential.principal(), credential.signingKey())
                    .send(StackFile.get(home), credential);
            String name = "jobs/" + request.getJobId();
            out.note("   submitted " + name);
            Job job = JobWatch.toTheEnd(operator, name, out);
            require(
                    job.getState() == Job.State.SUCCEEDED,
                    name + " ended " + job.getState() + ": " + job.getFailure().getMessage());
            candidate = job.getCandidate();
            chapter("Held-out bits per byte, before and after (lower is better)");
            Evaluations.print(out, job.getEvaluationsList());
        }
    }

    private void registerData(Channels operator) {
        Uploads uploads = new Uploads(operator.to(Service.TRAINER));
        var stub = DatasetServiceGrpc.newBlockingStub(operator.to(Service.TRAINER));
        long documents = 0;
        List<DemoFiles.Data> all = files.datasets();
        for (DemoFiles.Data data : all) {
            Dataset dataset = stub.registerDataset(RegisterDatasetRequest.newBuilder()
                    .setName(data.name())
                    .setDigest(uploads.upload(data.file()).toString())
                    .setLanguage(data.language())
                    .setLicense(data.license())
                    .setOrigin(data.origin())
                    .build());
            documents += dataset.getDocumentCount();
        }
        out.note("   registered " + all.size() + " data sets, " + documents + " documents");
    }

    private void approve() {
        chapter("Two people look at the facts and sign, each with a key only they hold");
        for (String name : List.of("approver-a", "approver-b")) {
            try (Channels channels = as(name)) {
                Models models = new Models(channels);
                ModelVersion signed = models.approve(models.get(candidate), ClientCredential.load(home, name));
                out.note("   users/" + name + " signed: " + signed.getSignaturesCount() + " of " + signed.getQuorum()
                        + ", " + signed.getState().name().toLowerCase(Locale.ROOT));
            }
        }
        awaitServed(candidate);
        out.note("   inference-svc verified the signatures itself and serves " + candidate);
    }

    private void awaitServed(String version) {
        try (Channels caller = as("caller")) {
            var stub = InferenceServiceGrpc.newBlockingStub(caller.to(Service.INFERENCE));
            await(
                    version + " is served",
                    () -> stub.listModels(ListModelsRequest.getDefaultInstance()).getModelsList().stream()
                            .anyMatch(model -> model.getName().equals(version) && model.getCurrent()));
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            require(System.nanoTime() < end, "within a minute it was not so that " + what);
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoryEnds("interrupted");
            }
        }
    }

    static void require(boolean so, String otherwise) {
        if (!so) {
            throw new StoryEnds(otherwise);
        }
    }

    private static String shown(String text) {
        String line = text.replace('\n', ' ');
        return line.codePointCount(0, line.length()) <= SHOWN_CHARS_MAX
                ? line
                : line.substring(0, line.offsetByCodePoints(0, SHOWN_CHARS_MAX)) + "…";
    }
}
