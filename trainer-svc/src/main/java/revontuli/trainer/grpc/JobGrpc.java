package revontuli.trainer.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import revontuli.api.trainer.v1.CancelJobRequest;
import revontuli.api.trainer.v1.GetJobRequest;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.JobServiceGrpc;
import revontuli.api.trainer.v1.ListJobsRequest;
import revontuli.api.trainer.v1.ListJobsResponse;
import revontuli.api.trainer.v1.PauseJobRequest;
import revontuli.api.trainer.v1.ResumeJobRequest;
import revontuli.api.trainer.v1.SubmitJobRequest;
import revontuli.api.trainer.v1.WatchJobRequest;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.Page;
import revontuli.platform.paging.ResourceNames;
import revontuli.trainer.job.JobDesk;
import revontuli.trainer.job.JobSteering;
import revontuli.trainer.job.Jobs;

@GrpcService
class JobGrpc extends JobServiceGrpc.JobServiceImplBase {
    private final JobDesk desk;
    private final JobSteering steering;
    private final JobWatch watch;
    private final Offload offload;

    JobGrpc(JobDesk desk, JobSteering steering, JobWatch watch, Offload offload) {
        this.desk = desk;
        this.steering = steering;
        this.watch = watch;
        this.offload = offload;
    }

    @Override
    public void submitJob(SubmitJobRequest request, StreamObserver<Job> answers) {
        offload.unary(answers, () -> {
            if (!ResourceNames.isId(request.getJobId())) {
                throw Fault.invalid("MALFORMED_NAME", "job_id", "must be 1 to 63 characters a-z, 0-9 and -");
            }
            return Protos.job(desk.submit(
                    CallContext.caller(), "jobs/" + request.getJobId(), Protos.plan(request.getPlan()), "grpc"));
        });
    }

    @Override
    public void getJob(GetJobRequest request, StreamObserver<Job> answers) {
        offload.unary(answers, () -> Protos.job(desk.get(CallContext.caller(), name(request.getName()))));
    }

    @Override
    public void listJobs(ListJobsRequest request, StreamObserver<ListJobsResponse> answers) {
        offload.unary(answers, () -> {
            Page page = Page.of(request.getPageSize(), request.getPageToken(), "jobs");
            long before = page.after().isEmpty() ? 0 : Long.parseLong(page.after());
            List<Jobs.Placed> found = desk.page(CallContext.caller(), before, page.size() + 1);
            List<Jobs.Placed> shown = found.subList(0, Math.min(found.size(), page.size()));
            ListJobsResponse.Builder answer = ListJobsResponse.newBuilder();
            shown.forEach(placed -> answer.addJobs(Protos.job(placed.job())));
            if (found.size() > page.size()) {
                answer.setNextPageToken(
                        page.tokenAfter(Long.toString(shown.getLast().place())));
            }
            return answer.build();
        });
    }

    @Override
    public void watchJob(WatchJobRequest request, StreamObserver<Job> answers) {
        offload.stream(answers, sink -> watch.watch(CallContext.caller(), name(request.getName()), sink));
    }

    @Override
    public void cancelJob(CancelJobRequest request, StreamObserver<Job> answers) {
        offload.unary(
                answers,
                () -> Protos.job(steering.cancel(CallContext.caller(), name(request.getName()), request.getReason())));
    }

    @Override
    public void pauseJob(PauseJobRequest request, StreamObserver<Job> answers) {
        offload.unary(answers, () -> Protos.job(steering.pause(CallContext.caller(), name(request.getName()))));
    }

    @Override
    public void resumeJob(ResumeJobRequest request, StreamObserver<Job> answers) {
        offload.unary(answers, () -> Protos.job(steering.resume(CallContext.caller(), name(request.getName()))));
    }

    private static String name(String text) {
        ResourceNames.parse("name", "jobs", text);
        return text;
    }
}
