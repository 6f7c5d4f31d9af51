package revontuli.cli.demo;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.Home;
import revontuli.cli.Out;
import revontuli.cli.stack.AotUse;
import revontuli.cli.stack.NativeOption;
import revontuli.cli.stack.Stack;
import revontuli.cli.stack.StackOptions;

/// `revontuli demo`: starts everything, tells the story, stops everything.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Show the whole lifecycle on the embedded model: encode, generate, refuse, train, evaluate, approve, serve, prove.",
            "Begins anew in a folder of its own every time; ends with `demo: ok`."
        })
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--keep", description = "Leave everything running afterwards, until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Folder of the demo's stack (default: revontuli-demo beside the usual home).")
    private @Nullable Path folder;

    @Mixin
    private final NativeOption executables = new NativeOption();

    @Override
    public Integer call() {
        Out out = Out.standard(false);
        Home home = new Home(folder == null ? Home.usualFolder().resolveSibling("revontuli-demo") : folder);
        DemoFiles files = DemoFiles.find();
        long start = System.nanoTime();
        try (Stack stack = Stack.start(StackOptions.built(home, true, executables.services(), AotUse.ONLY_USE), out)) {
            Story story = new Story(stack.home(), files, out);
            story.tell();
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            out.note("");
            if (keep) {
                hints(out, home, story);
                out.note(out.green("demo: ok") + " (" + seconds + " s)");
                return stack.awaitEnd();
            }
            out.note(out.dim("the story took " + seconds + " s"));
        } catch (StoryEnds failed) {
            throw CliException.refused("demo: FAILED: " + failed.getMessage() + "; the logs are in " + home.logs());
        }
        out.note(out.green("demo: ok"));
        return ExitCode.OK;
    }

    private static void hints(Out out, Home home, Story story) {
        String at = " --home " + home.folder();
        out.note("everything goes on running; Ctrl-C stops it. In another terminal:");
        out.note("  infra/revontuli status" + at);
        out.note("  infra/revontuli generate \"In Lapland the northern lights\" --temperature 0.8" + at);
        out.note("  infra/revontuli models list" + at);
        out.note("  infra/revontuli audit query --subject " + story.generation() + at);
        out.note("  infra/revontuli audit lineage " + story.generation() + at);
        out.note("  infra/revontuli keys create users/you --role caller" + at);
    }
}
