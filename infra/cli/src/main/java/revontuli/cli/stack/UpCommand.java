package revontuli.cli.stack;

import io.grpc.StatusRuntimeException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import revontuli.cli.CliException;
import revontuli.cli.Home;
import revontuli.cli.HomeOption;
import revontuli.cli.Out;
import revontuli.cli.client.ShippedModel;

/// `revontuli up`: everything in the foreground until Ctrl-C or `down`.
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Start Postgres, Kafka and the four services, and keep them running until Ctrl-C or `down`.")
public final class UpCommand implements Callable<Integer> {
    @Mixin
    private final HomeOption home = new HomeOption();

    @Option(names = "--fresh", description = "Begin anew: delete data, keys and logs of the home folder first.")
    private boolean fresh;

    @Option(
            names = "--train",
            description = "Make the AOT caches of the services when this run ends, which takes a minute or two;"
                    + " otherwise they are made while the next run serves.")
    private boolean train;

    @Mixin
    private final NativeOption executables = new NativeOption();

    @Override
    public Integer call() {
        Out out = Out.standard(false);
        try (Stack stack = Stack.start(
                StackOptions.built(
                        home.home(), fresh, executables.services(), train ? AotUse.RECORD_AND_MAKE : AotUse.RECORD),
                out)) {
            enterShippedModel(stack.home(), out);
            out.note("");
            out.note(out.green("revontuli is up") + ", everything is kept in "
                    + stack.home().folder());
            out.note("keys of all users: " + stack.home().clientKeys() + " (choose one with --as NAME)");
            out.note("try: infra/revontuli generate \"In Lapland the northern lights\" --temperature 0.7");
            out.note("stop with Ctrl-C or `infra/revontuli down`");
            return stack.awaitEnd();
        }
    }

    /// The suite runs without it too, so a failure is said and not the end.
    private static void enterShippedModel(Home home, Out out) {
        try {
            ShippedModel.enter(home, out);
        } catch (StatusRuntimeException | CliException e) {
            out.error("the shipped model could not enter: " + e.getMessage());
        }
    }
}
