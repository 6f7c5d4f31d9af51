package revontuli.cli.client;

import picocli.CommandLine.Option;
import revontuli.cli.Out;

/// `--page-size` and `--page-token` of lists.
final class PageOptions {
    @Option(names = "--page-size", paramLabel = "N", description = "At most N of them (default 50, at most 1000).")
    private int size;

    @Option(names = "--page-token", paramLabel = "T", description = "Go on where an earlier answer ended.")
    private String token = "";

    int size() {
        return size;
    }

    String token() {
        return token;
    }

    void more(Out out, String nextToken) {
        if (!nextToken.isEmpty()) {
            out.note(out.dim("more with --page-token " + nextToken));
        }
    }
}
