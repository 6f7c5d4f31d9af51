package revontuli.transparency;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.ExportVerifier;
import revontuli.transparency.export.Verification;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.SignedNote;

/// `Verify DIR --key PUBFILE|base64 [--checkpoint FILE]... [--verified FILE] [--json]`: verifies an exported
/// audit log, offline.
///
/// Exit codes: 0 everything holds, 1 something is bad, 2 it could not be judged (usage, unreadable files).
public final class Verify {
    public static final int OK = 0;
    public static final int BAD = 1;
    public static final int NOT_JUDGED = 2;

    private static final int KEY_FILE_BYTES_MAX = 1024;
    private static final String USAGE = """
            usage: Verify DIR --key PUBFILE|BASE64 [--checkpoint FILE]... [--verified FILE] [--json]
              DIR           an audit export: leaves.jsonl, checkpoint, keys.json, checkpoints.jsonl
              --key         the log's Ed25519 public key as base64 of its 32 bytes, or a file that holds this
              --checkpoint  a checkpoint of the same log that you kept: only it can show a cut tail, a forked log or
                            a replayed checkpoint
              --verified    the checkpoint of an export of the same log that you verified before: the signatures of
                            its leaves are not checked again""";

    private Verify() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    /// The command without the process around it; returns the exit code.
    public static int run(List<String> args, PrintStream out, PrintStream err) {
        List<String> rest = new ArrayList<>(args);
        boolean json = rest.remove("--json");
        String key = takeOption(rest, "--key");
        List<String> checkpoints = takeAll(rest, "--checkpoint");
        String verified = takeOption(rest, "--verified");
        if (key == null || rest.size() != 1 || rest.getFirst().startsWith("--")) {
            err.println(USAGE);
            return NOT_JUDGED;
        }
        try {
            Path directory = Path.of(rest.getFirst());
            if (!Files.isDirectory(directory)) {
                throw new MalformedException("not a directory: " + directory);
            }
            List<SignedNote> older = new ArrayList<>();
            for (String file : checkpoints) {
                older.add(readCheckpoint(Path.of(file)));
            }
            Verification verification = verified == null
                    ? ExportVerifier.verify(directory, readKey(key), older)
                    : ExportVerifier.verifyAgain(directory, readKey(key), readCheckpoint(Path.of(verified)), older);
            print(verification, json, out);
            return verification.ok() ? OK : BAD;
        } catch (MalformedException | InvalidPathException e) {
            err.println(e.getMessage());
        } catch (IOException e) {
            err.println("cannot read: " + e.getMessage());
        }
        return NOT_JUDGED;
    }

    /// Reads a public key from a file if there is one of this name, else from the text itself.
    public static VerifyingKey readKey(String fileOrBase64) throws IOException {
        if (looksLikeFile(fileOrBase64)) {
            Path file = Path.of(fileOrBase64);
            if (Files.size(file) > KEY_FILE_BYTES_MAX) {
                throw new MalformedException("too long for a public key: " + file);
            }
            return VerifyingKey.parse(
                    Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        }
        return VerifyingKey.parse(fileOrBase64);
    }

    /// Reads a checkpoint that somebody kept; whose it is, the verification says.
    public static SignedNote readCheckpoint(Path file) throws IOException {
        if (Files.size(file) > SignedNote.BYTES_MAX) {
            throw new MalformedException("too long for a checkpoint: " + file);
        }
        SignedNote note = SignedNote.parse(Files.readAllBytes(file));
        Checkpoint.parse(note);
        return note;
    }

    private static boolean looksLikeFile(String text) {
        try {
            return Files.isRegularFile(Path.of(text));
        } catch (InvalidPathException _) {
            return false;
        }
    }

    private static List<String> takeAll(List<String> args, String name) {
        List<String> values = new ArrayList<>();
        for (String value = takeOption(args, name); value != null; value = takeOption(args, name)) {
            values.add(value);
        }
        return values;
    }

    private static @Nullable String takeOption(List<String> args, String name) {
        int at = args.indexOf(name);
        if (at < 0 || at + 1 >= args.size()) {
            return null;
        }
        String value = args.remove(at + 1);
        args.remove(at);
        return value;
    }

    private static void print(Verification verification, boolean json, PrintStream out) {
        if (json) {
            out.println(verification.json());
            return;
        }
        String where = verification.firstBad() < 0 ? "" : " at leaf " + verification.firstBad();
        out.println(
                verification.ok()
                        ? "ok: " + verification.message()
                        : "BAD" + where + ": " + verification.reason() + ": " + verification.message());
        verification.findings().forEach(finding -> out.println("note: " + finding));
    }
}
