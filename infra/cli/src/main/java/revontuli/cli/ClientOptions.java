package revontuli.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What every verb that calls an API takes: `--home`, `--as`, `--json`.
public final class ClientOptions {
    @Mixin
    private final HomeOption home = new HomeOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description =
                    "Whose key to use: caller, operator, evaluator, reviewer, reviewer-b, approver-a, approver-b, auditor, guest"
                            + " (default: what the verb needs).")
    private String name = "";

    public Home home() {
        return home.home();
    }

    public Out out() {
        return json.out();
    }

    /// The credential asked for, else the one that the verb usually needs.
    public ClientCredential credential(String usual) {
        return ClientCredential.load(home(), name.isEmpty() ? usual : name);
    }

    /// Channels to the running stack with that credential.
    public Channels channels(String usual) {
        return Channels.open(home(), credential(usual));
    }
}
