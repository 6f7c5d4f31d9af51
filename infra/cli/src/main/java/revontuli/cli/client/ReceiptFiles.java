package revontuli.cli.client;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.Replay;
import revontuli.api.inference.v1.ReplayGenerationRequest;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.GetReceiptRequest;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.IoReason;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.receipt.Receipt;
import revontuli.transparency.receipt.ReceiptVerification;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.SealedRecord;

/// Receipts: fetched from the log, completed with the owner's texts, kept as files, run again.
public final class ReceiptFiles {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration TELLING = Duration.ofSeconds(2);
    private static final String PROMPT = "prompt_commitment";
    private static final Set<String> ENDS =
            Set.of("generation.finished", "generation.refused", "generation.interrupted", "generation.cancelled");

    private ReceiptFiles() {}

    /// The receipt once the log has the end of the generation and the verdicts on its texts.
    ///
    /// Records are there about a second after the act, those of another service perhaps later. After twenty seconds
    /// the receipt as it then is.
    public static Receipt fetch(Channels channels, String generation, Out out) {
        long told = System.nanoTime() + TELLING.toNanos();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            boolean last = System.nanoTime() > end;
            try {
                Receipt receipt = Receipt.parse(AuditLogServiceGrpc.newBlockingStub(channels.to(Service.SAFETY))
                        .getReceipt(GetReceiptRequest.newBuilder()
                                .setName(generation)
                                .build())
                        .getBundle()
                        .toByteArray());
                if (last || isWhole(receipt)) {
                    return receipt;
                }
            } catch (StatusRuntimeException e) {
                if (last || e.getStatus().getCode() != Status.Code.NOT_FOUND) {
                    throw e;
                }
            }
            if (told != 0 && System.nanoTime() > told) {
                told = 0;
                out.note(out.dim("the log does not have all of " + generation + " yet; waiting up to "
                        + PATIENCE.toSeconds() + " s"));
            }
            pause();
        }
    }

    /// Refuses a file that is there before anything is done.
    static void requireNew(Path file) {
        if (Files.exists(file)) {
            throw CliException.usage(file + " exists already: give a new file");
        }
    }

    private static boolean isWhole(Receipt receipt) {
        Set<String> judged = of(receipt)
                .filter(event -> event.act().action().startsWith("moderation."))
                .map(event -> fact(event, "commitment"))
                .collect(Collectors.toSet());
        return of(receipt).anyMatch(event -> ENDS.contains(event.act().action()))
                && of(receipt)
                        .flatMap(event -> Stream.of(fact(event, PROMPT), fact(event, "output_commitment")))
                        .filter(commitment -> !commitment.isEmpty())
                        .allMatch(judged::contains);
    }

    private static String fact(AuditEvent event, String name) {
        return event.facts().members().get(name) instanceof Json.Text(var value) ? value : "";
    }

    /// Writes a new file.
    public static void write(Receipt receipt, Path file) {
        try {
            Files.write(file, receipt.bytes(), StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw CliException.refused("cannot write the receipt " + file + ": " + IoReason.of(e));
        }
    }

    public static byte[] read(Path file) {
        try {
            if (Files.size(file) > Receipt.BYTES_MAX) {
                throw CliException.usage(file + " is too long for a receipt");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw CliException.usage("cannot read the receipt " + file + ": " + IoReason.of(e));
        }
    }

    /// Runs the generation of a receipt again.
    ///
    /// @param prompt the prompt where the receipt does not hold it, else empty
    public static Replay replay(Channels channels, Receipt receipt, Optional<String> prompt) {
        return replay(channels, receipt, prompt, ReplayGenerationRequest.getDefaultInstance());
    }

    /// As above.
    ///
    /// @param besides what opens commitments besides the one to the prompt
    static Replay replay(Channels channels, Receipt receipt, Optional<String> prompt, ReplayGenerationRequest besides) {
        String commitment = of(receipt)
                .map(event -> fact(event, PROMPT))
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElseThrow(() -> CliException.refused("the receipt names no prompt: nothing was generated"));
        byte[] salt = receipt.salt(commitment)
                .orElseThrow(() -> CliException.refused("the receipt holds no salt of the prompt: only its owner gets"
                        + " it, and erasure destroys it; without it a replay proves nothing"));
        String text = prompt.or(() -> receipt.textOf(commitment))
                .orElseThrow(() -> CliException.usage(
                        "the receipt does not hold the prompt: give it with --prompt or --prompt-file"));
        return InferenceServiceGrpc.newBlockingStub(channels.to(Service.INFERENCE))
                .replayGeneration(besides.toBuilder()
                        .setGeneration(receipt.about().generation())
                        .setPrompt(text)
                        .setSalt(ByteString.copyFrom(salt))
                        .build());
    }

    /// What a replay found, for people and programs; answers whether the same tokens came.
    public static boolean print(Out out, Replay replay) {
        out.jsonText(Wire.json(replay));
        String engine = replay.getEngine().isEmpty() ? "" : " on " + replay.getEngine();
        switch (replay.getOutcome()) {
            case OUTCOME_BIT_EQUAL -> out.line(out.green("bit-equal") + ": " + replay.getMessage() + engine);
            case OUTCOME_DIVERGED -> out.line(out.red("diverged at token " + replay.getDivergedAt()) + engine);
            case OUTCOME_NOT_REPLAYABLE, OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                out.line(out.yellow("not replayable") + ": " + replay.getReason() + ": " + replay.getMessage());
        }
        return replay.getOutcome() == Replay.Outcome.OUTCOME_BIT_EQUAL;
    }

    public static void print(Out out, ReceiptVerification found) {
        out.jsonText(found.json());
        if (!found.ok()) {
            out.line(out.red("NOT OK") + " at " + found.firstBad() + ": " + found.reason() + ": " + found.message());
            return;
        }
        out.line(out.green("ok") + ": " + found.message());
        int width =
                found.facts().keySet().stream().mapToInt(String::length).max().orElse(1);
        found.facts().forEach((name, value) -> out.line(("  %-" + width + "s %s").formatted(name, value)));
        found.findings().forEach(finding -> out.line(out.dim("note: " + finding)));
    }

    /// A text given on the command line or in a file, if one was given.
    static Optional<String> text(String option, String given, @Nullable Path file) {
        if (file == null) {
            return given.isEmpty() ? Optional.empty() : Optional.of(given);
        }
        if (!given.isEmpty()) {
            throw CliException.usage("give " + option + " or " + option + "-file, not both");
        }
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw CliException.usage("cannot read " + file + ": " + IoReason.of(e));
        }
    }

    /// The receipt with these texts behind it.
    public static Receipt with(Receipt receipt, List<String> texts) {
        return texts.isEmpty() ? receipt : receipt.with(texts);
    }

    private static Stream<AuditEvent> of(Receipt receipt) {
        try {
            return receipt.records().stream()
                    .map(entry -> SealedRecord.parse(entry.leaf()).record().event())
                    .filter(event ->
                            event.subject().name().equals(receipt.about().generation()));
        } catch (MalformedException e) {
            throw CliException.refused("a record of the receipt cannot be read: " + e.getMessage());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(250);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.refused("interrupted");
        }
    }
}
