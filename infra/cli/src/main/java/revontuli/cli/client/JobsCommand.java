package revontuli.cli.client;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.trainer.v1.CancelJobRequest;
import revontuli.api.trainer.v1.GetJobRequest;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.JobServiceGrpc;
import revontuli.api.trainer.v1.JobServiceGrpc.JobServiceBlockingStub;
import revontuli.api.trainer.v1.ListJobsRequest;
import revontuli.api.trainer.v1.ListJobsResponse;
import revontuli.api.trainer.v1.PauseJobRequest;
import revontuli.api.trainer.v1.ResumeJobRequest;
import revontuli.api.trainer.v1.SubmitJobRequest;
import revontuli.cli.Channels;
import revontuli.cli.ClientCredential;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.StackFile;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// `revontuli jobs`: training jobs.
@Command(
        name = "jobs",
        mixinStandardHelpOptions = true,
        description = "Training jobs: submit by Kafka or gRPC, watch, steer.",
        subcommands = {
            JobsCommand.Submit.class,
            JobsCommand.Sign.class,
            JobsCommand.ListAll.class,
            JobsCommand.Get.class,
            JobsCommand.Watch.class,
            JobsCommand.Cancel.class,
            JobsCommand.Pause.class,
            JobsCommand.Resume.class
        })
public final class JobsCommand extends Group {
    static JobServiceBlockingStub stub(Channels channels) {
        return JobServiceGrpc.newBlockingStub(channels.to(Service.TRAINER));
    }

    @Command(
            name = "submit",
            mixinStandardHelpOptions = true,
            description = {
                "Submit a job: FILE holds {\"job_id\", \"plan\"} as SubmitJobRequest in infra/contracts describes it; the demo's is"
                        + " infra/cli/src/main/dist/demo/job.json.",
                "By default it goes to Kafka as a signed CloudEvent; --grpc calls the service and hears at once what is wrong."
            })
    static final class Submit implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "FILE", description = "The job as JSON.")
        private Path file = Path.of("");

        @Option(names = "--grpc", description = "Call the service instead of writing to Kafka.")
        private boolean grpc;

        @Override
        public Integer call() {
            SubmitJobRequest request = JobFile.read(file);
            if (grpc) {
                try (Channels channels = options.channels("operator")) {
                    JobsCommand.show(options.out(), stub(channels).submitJob(request));
                    return ExitCode.OK;
                }
            }
            ClientCredential credential = options.credential("operator");
            var place = Submissions.sign(request, credential.principal(), credential.signingKey())
                    .send(StackFile.get(options.home()), credential);
            options.out()
                    .line("submitted jobs/" + request.getJobId() + " to " + place.topic() + ", partition "
                            + place.partition() + ", offset " + place.offset());
            options.out()
                    .jsonText("{\"job\":\"jobs/" + request.getJobId() + "\",\"topic\":\"" + place.topic()
                            + "\",\"partition\":" + place.partition() + ",\"offset\":" + place.offset() + "}");
            return ExitCode.OK;
        }
    }

    @Command(
            name = "sign",
            mixinStandardHelpOptions = true,
            description = {
                "Print a signed submission for a Kafka client of your own: key, header ce_authorization, value.",
                "The value must be sent byte for byte as printed."
            })
    static final class Sign implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "FILE", description = "The job as JSON.")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            ClientCredential credential = options.credential("operator");
            Submissions signed = Submissions.sign(JobFile.read(file), credential.principal(), credential.signingKey());
            options.out().line("topic            " + Submissions.TOPIC);
            options.out().line("key              " + signed.key());
            options.out().line("ce_authorization " + signed.authorization());
            options.out().line("value            " + signed.event());
            options.out()
                    .jsonText("{\"topic\":\"" + Submissions.TOPIC + "\",\"key\":\"" + signed.key()
                            + "\",\"ce_authorization\":\"" + signed.authorization() + "\",\"value\":"
                            + CanonicalJson.text(Json.text(signed.event()))
                            + "}");
            return ExitCode.OK;
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List jobs, newest first.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Mixin
        private final PageOptions page = new PageOptions();

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                ListJobsResponse answer = stub(channels)
                        .listJobs(ListJobsRequest.newBuilder()
                                .setPageSize(page.size())
                                .setPageToken(page.token())
                                .build());
                Table table = new Table("name", "state", "step", "loss", "candidate");
                for (Job job : answer.getJobsList()) {
                    table.row(
                            job.getName(),
                            state(job),
                            job.getProgress().getStep() + "/"
                                    + job.getProgress().getStepCount(),
                            loss(job),
                            job.getCandidate());
                    options.out().jsonText(Wire.json(job));
                }
                table.print(options.out());
                page.more(options.out(), answer.getNextPageToken());
                return ExitCode.OK;
            }
        }
    }

    @Command(name = "get", mixinStandardHelpOptions = true, description = "Show one job.")
    static final class Get implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "JOB", description = "jobs/{id}")
        private String name = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                show(
                        options.out(),
                        stub(channels)
                                .getJob(GetJobRequest.newBuilder().setName(name).build()));
                return ExitCode.OK;
            }
        }
    }

    @Command(
            name = "watch",
            mixinStandardHelpOptions = true,
            description = "Follow a job to its end: exit code 0 when it succeeded, 1 when not.")
    static final class Watch implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "JOB", description = "jobs/{id}")
        private String name = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                Job job = JobWatch.toTheEnd(channels, name, options.out());
                show(options.out(), job);
                return job.getState() == Job.State.SUCCEEDED ? ExitCode.OK : ExitCode.REFUSED;
            }
        }
    }

    @Command(name = "cancel", mixinStandardHelpOptions = true, description = "End a job.")
    static final class Cancel implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "JOB", description = "jobs/{id}")
        private String name = "";

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
        private String reason = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                show(
                        options.out(),
                        stub(channels)
                                .cancelJob(CancelJobRequest.newBuilder()
                                        .setName(name)
                                        .setReason(reason)
                                        .build()));
                return ExitCode.OK;
            }
        }
    }

    @Command(name = "pause", mixinStandardHelpOptions = true, description = "Stop a job at its next checkpoint.")
    static final class Pause implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "JOB", description = "jobs/{id}")
        private String name = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                show(
                        options.out(),
                        stub(channels)
                                .pauseJob(PauseJobRequest.newBuilder()
                                        .setName(name)
                                        .build()));
                return ExitCode.OK;
            }
        }
    }

    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Let a paused job go on.")
    static final class Resume implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "JOB", description = "jobs/{id}")
        private String name = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                show(
                        options.out(),
                        stub(channels)
                                .resumeJob(ResumeJobRequest.newBuilder()
                                        .setName(name)
                                        .build()));
                return ExitCode.OK;
            }
        }
    }

    static void show(Out out, Job job) {
        out.line(out.bold(job.getName()) + "  " + state(job) + "  step "
                + job.getProgress().getStep() + "/" + job.getProgress().getStepCount() + "  loss " + loss(job));
        if (job.hasFailure()) {
            out.line(out.red(job.getFailure().getReason()) + ": "
                    + job.getFailure().getMessage());
        }
        if (!job.getCandidate().isEmpty()) {
            out.line("candidate " + job.getCandidate());
        }
        Evaluations.print(out, job.getEvaluationsList());
        out.jsonText(Wire.json(job));
    }

    static String state(Job job) {
        return job.getState().name().toLowerCase(Locale.ROOT);
    }

    private static String loss(Job job) {
        return job.getProgress().getLoss() == 0
                ? "-"
                : "%.3f".formatted(job.getProgress().getLoss());
    }
}
