package revontuli.cli.safety;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;
import revontuli.cli.client.Group;
import revontuli.safety.classify.Example;
import revontuli.safety.classify.Training;
import revontuli.safety.lexicon.Lexicon;
import revontuli.transparency.crypto.Digest;

/// `revontuli classifier`: makes the small classifier of moderation.
@Command(
        name = "classifier",
        mixinStandardHelpOptions = true,
        description = "The small classifier that moderation ships with.",
        subcommands = ClassifierCommand.Train.class)
public final class ClassifierCommand extends Group {
    /// `revontuli classifier train`.
    @Command(
            name = "train",
            mixinStandardHelpOptions = true,
            description = {
                "Learn the classifier anew; the same texts give the same bytes.",
                "From the project's own texts and those sets of the development data whose licence lets weights be"
                        + " shipped; without that data nothing is written."
            })
    static final class Train implements Callable<Integer> {
        @Mixin
        private final JsonOption json = new JsonOption();

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The development data (default: ../shared/data of the project).")
        private @Nullable Path data;

        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "Where the model goes (default: the resource of safety-svc).")
        private @Nullable Path file;

        @Override
        public Integer call() {
            Path root = Path.of(System.getProperty("revontuli.root", ""));
            DevelopmentData development = DevelopmentData.beside(root, data);
            if (!development.here()) {
                throw CliException.refused("the development data is not there; name its folder with --data");
            }
            Out out = json.out();
            List<Example> examples = TrainingTexts.read(root, development);
            out.progress("learning from " + examples.size() + " texts");
            byte[] model = new Training(examples, Lexicon.shipped()).model();
            Path target = file == null
                    ? root.resolve("safety-svc/src/main/resources/revontuli/classifier/default.model")
                    : file;
            try {
                Files.write(target, model);
            } catch (IOException e) {
                throw CliException.refused("cannot write " + target + ": " + e.getMessage());
            }
            report(out, examples, model);
            return ExitCode.OK;
        }

        private static void report(Out out, List<Example> examples, byte[] model) {
            Map<String, Long> counts = examples.stream()
                    .collect(Collectors.groupingBy(
                            example -> example.language() + (example.harmful() ? " harmful" : " harmless"),
                            TreeMap::new,
                            Collectors.counting()));
            ObjectNode result = new ObjectMapper().createObjectNode();
            result.put("digest", Digest.of(model).toString()).put("bytes", model.length);
            ObjectNode texts = result.putObject("texts");
            counts.forEach((side, count) -> {
                texts.put(side, count);
                out.line(side + ": " + count);
            });
            out.line(Digest.of(model) + ", " + model.length + " bytes");
            out.json(result);
        }
    }
}
