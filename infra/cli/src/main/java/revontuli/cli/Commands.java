package revontuli.cli;

import java.util.List;
import revontuli.cli.bench.BenchCommand;
import revontuli.cli.client.AuditCommand;
import revontuli.cli.client.DataCommand;
import revontuli.cli.client.DecodeCommand;
import revontuli.cli.client.EncodeCommand;
import revontuli.cli.client.GenerateCommand;
import revontuli.cli.client.JobsCommand;
import revontuli.cli.client.KeysCommand;
import revontuli.cli.client.LogitsCommand;
import revontuli.cli.client.ModelsCommand;
import revontuli.cli.client.ModerateCommand;
import revontuli.cli.client.PoliciesCommand;
import revontuli.cli.client.ReviewsCommand;
import revontuli.cli.client.TokenizerCommand;
import revontuli.cli.client.TokenizersCommand;
import revontuli.cli.demo.DemoCommand;
import revontuli.cli.safety.ClassifierCommand;
import revontuli.cli.stack.DownCommand;
import revontuli.cli.stack.StatusCommand;
import revontuli.cli.stack.UpCommand;

/// Every verb, in the order in which help lists them.
final class Commands {
    private Commands() {}

    static List<Object> all() {
        return List.of(
                new DemoCommand(),
                new UpCommand(),
                new DownCommand(),
                new StatusCommand(),
                new EncodeCommand(),
                new DecodeCommand(),
                new TokenizersCommand(),
                new TokenizerCommand(),
                new GenerateCommand(),
                new ModerateCommand(),
                new LogitsCommand(),
                new DataCommand(),
                new JobsCommand(),
                new ModelsCommand(),
                new PoliciesCommand(),
                new ReviewsCommand(),
                new AuditCommand(),
                new KeysCommand(),
                new BenchCommand(),
                new ClassifierCommand());
    }
}
