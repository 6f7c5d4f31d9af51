package revontuli.cli.offline;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import revontuli.cli.CliException;
import revontuli.cli.Out;
import revontuli.safety.policy.Direction;
import revontuli.safety.screen.BulkScreening;
import revontuli.safety.screen.Screener;

/// Judges a file of texts by the shipped policy.
public final class BulkModerate {
    private BulkModerate() {}

    public static int run(boolean prompt, Path in, Path out, Out usual) {
        Out screen = LineFiles.screen(out, usual);
        BulkScreening screening = new BulkScreening(Screener.shipped(), prompt ? Direction.PROMPT : Direction.OUTPUT);
        try (InputStream texts = LineFiles.open(in);
                OutputStream verdicts = new BufferedOutputStream(LineFiles.create(out))) {
            BulkScreening.Report report = screening.run(texts, verdicts, bad -> screen.error(bad.toString()));
            screen.note(report.judged() + " texts judged, " + report.bad() + " bad lines");
            return report.exitCode();
        } catch (IOException e) {
            throw CliException.refused(String.valueOf(e.getMessage()));
        }
    }
}
