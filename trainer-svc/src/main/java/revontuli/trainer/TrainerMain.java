package revontuli.trainer;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.util.Arrays;
import revontuli.trainer.worker.WorkerMain;

/// One program, two trades: the service, or with the first argument `worker` one worker of it, which needs no Quarkus.
@QuarkusMain
public final class TrainerMain {
    static final String WORKER = "worker";

    private TrainerMain() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length > 0 && arguments[0].equals(WORKER)) {
            WorkerMain.main(Arrays.copyOfRange(arguments, 1, arguments.length));
        } else {
            Quarkus.run(arguments);
        }
    }
}
