package revontuli.cli;

import picocli.CommandLine.Option;

/// `--json`, to be mixed into verbs whose result a program may read.
public final class JsonOption {
    @Option(names = "--json", description = "Print the result as JSON, one value a line.")
    private boolean json;

    public Out out() {
        return Out.standard(json);
    }
}
