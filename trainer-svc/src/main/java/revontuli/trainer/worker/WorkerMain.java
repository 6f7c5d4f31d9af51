package revontuli.trainer.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import revontuli.causallm.CheckpointRejected;
import revontuli.platform.artifact.DirectoryArtifacts;
import revontuli.platform.fault.FaultException;
import revontuli.platform.lifecycle.InstalledLibraries;
import revontuli.trainer.grpc.WorkerLink;
import revontuli.trainer.job.Failure;
import revontuli.trainer.run.WorkOrder;

/// The worker process: `java revontuli.trainer.worker.WorkerMain ORDER_FILE`, or `trainer-svc worker ORDER_FILE`.
///
/// Exit codes: 0 done or stopped as asked, 1 failed and reported, 2 wrong use, 3 claim lost, 4 launcher gone,
/// 5 service unreachable.
public final class WorkerMain {
    private static final Logger LOG = Logger.getLogger(WorkerMain.class.getName());
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    private WorkerMain() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            LOG.severe("expected one argument: the file of the order");
            System.exit(WRONG_USE);
        }
        InstalledLibraries.use(List.of("jna", "pytorch"));
        Path file = Path.of(arguments[0]);
        WorkOrder order = WorkOrder.parse(Files.readAllBytes(file));
        Files.delete(file); // it holds the secret of the claim
        int code = work(order);
        clean(order.surroundings().folder());
        Runtime.getRuntime().halt(code);
    }

    private static int work(WorkOrder order) throws IOException {
        LOG.log(Level.INFO, "works on {0}", order.assignment().lease());
        try (WorkerLink link = WorkerLink.open(order)) {
            Heart heart = new Heart(link, order.surroundings().launcher(), Runtime.getRuntime()::halt);
            heart.start();
            try {
                new Training(
                                order,
                                new DirectoryArtifacts(order.surroundings().artifacts(), Long.MAX_VALUE),
                                link,
                                heart)
                        .run();
                heart.stop();
                return 0;
            } catch (Reports.LeaseLost _) {
                return Heart.LEASE_LOST;
            } catch (Reports.Unreachable _) {
                return Heart.UNREACHABLE;
            } catch (CheckpointRejected e) {
                return fail(link, heart, new Failure("CHECKPOINT_REJECTED", String.valueOf(e.getMessage())), false);
            } catch (FaultException e) {
                Failure why = new Failure(e.fault().reason(), e.fault().message());
                return fail(link, heart, why, e.fault().passing());
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                LOG.log(Level.SEVERE, "the run failed", e);
                return fail(link, heart, new Failure("WORKER_ERROR", String.valueOf(e)), true);
            }
        }
    }

    private static int fail(Reports reports, Heart heart, Failure why, boolean retriable) {
        LOG.log(Level.SEVERE, "the run failed: {0}", why);
        try {
            reports.fail(why, retriable);
        } catch (Reports.LeaseLost | Reports.Unreachable _) {
            LOG.warning("nobody is left to tell");
        }
        heart.stop();
        return FAILED;
    }

    private static void clean(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
