package revontuli.inference.generate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.inference.engine.Sampling;
import revontuli.inference.model.Lane;
import revontuli.platform.fault.Fault;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.json.Json;
import revontuli.transparency.receipt.TokenTrail;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.SealedRecord;

/// What the log has of a generation.
///
/// @param beginLeaf its first record
/// @param endLeaf its end, where it has one
record RecordedGeneration(SealedRecord beginLeaf, Optional<SealedRecord> endLeaf) {
    static RecordedGeneration of(String generation, List<SealedRecord> leaves) {
        List<SealedRecord> own = leaves.stream()
                .filter(leaf -> leaf.record().event().subject().name().equals(generation))
                .toList();
        Optional<SealedRecord> begin = first(own, "generation.admitted");
        if (begin.isEmpty() && !own.isEmpty()) {
            begin = Optional.of(own.getFirst());
        }
        return new RecordedGeneration(
                begin.orElseThrow(() -> new Fault.NotFound(
                                "NO_SUCH_GENERATION",
                                "generation: the log has no record of " + generation,
                                Map.of("field", "generation", "generation", generation))
                        .toException()),
                first(own, "generation.finished")
                        .or(() -> first(own, "generation.cancelled"))
                        .or(() -> first(own, "generation.interrupted")));
    }

    private static Optional<SealedRecord> first(List<SealedRecord> leaves, String action) {
        return leaves.stream()
                .filter(leaf -> leaf.record().event().act().action().equals(action))
                .findFirst();
    }

    AuditEvent begin() {
        return beginLeaf.record().event();
    }

    String fact(AuditEvent event, String name) {
        return event.facts().members().get(name) instanceof Json.Text(var value) ? value : "";
    }

    private String endFact(String name) {
        return endLeaf.map(leaf -> fact(leaf.record().event(), name)).orElse("");
    }

    TokenTrail.Recorded trail() throws NotReplayable {
        if (!begin().act().action().equals("generation.admitted")) {
            throw new NotReplayable("NOTHING_GENERATED", "it was refused before anything was generated");
        }
        if (endLeaf.isEmpty()) {
            throw new NotReplayable("NOT_ENDED", "the log does not have its end yet");
        }
        if (begin().facts().members().get("prompt_redacted") instanceof Json.Flag(var redacted) && redacted) {
            throw new NotReplayable(
                    "PROMPT_REDACTED", "the model saw a redacted prompt, and no commitment is on that one");
        }
        String steps = endFact("token_trail");
        String end = endFact("token_commitment");
        if (end.isEmpty()) {
            boolean withheld = endFact("finish_reason").equals("refused") || redacted(endLeaf.get());
            throw withheld
                    ? new NotReplayable(
                            "OUTPUT_WITHHELD", "not all of its output went out, so its tokens are not on record")
                    : new NotReplayable("NO_TOKEN_TRAIL", "its record holds no trail of its tokens");
        }
        return new TokenTrail.Recorded(steps, Commitment.parse(end));
    }

    private static boolean redacted(SealedRecord end) {
        return end.record().event().facts().members().get("redacted") instanceof Json.Flag(var redacted) && redacted;
    }

    Lane lane() {
        return fact(begin(), "lane").equals(Lane.EVALUATE.text()) ? Lane.EVALUATE : Lane.SERVE;
    }

    /// Whether the model drew its end-of-text token; a stop sequence ends a text as well, and may be why.
    boolean endsItself() {
        return endFact("finish_reason").equals("stop")
                && fact(begin(), "stop_sequences").equals("0");
    }

    /// How the prompt was given; records from before there were other forms say nothing.
    String form() {
        String form = fact(begin(), "prompt_form");
        return form.isEmpty() ? PromptSource.TEXT : form;
    }

    boolean plainText() {
        return form().equals(PromptSource.TEXT);
    }

    String biasCommitment() {
        return begin().facts().members().get("sampling") instanceof Json.Fields sampling
                        && sampling.members().get("logit_bias_commitment") instanceof Json.Text(var value)
                ? value
                : "";
    }

    Sampling sampling(Map<Integer, Float> bias) {
        Json.Fields in = begin().facts().fields("sampling");
        return new Sampling(
                number(in, "temperature", 0),
                new Sampling.Cut(Integer.parseInt(in.text("top_k")), number(in, "top_p", 1), number(in, "min_p", 0)),
                new Sampling.Penalties(
                        number(in, "repetition_penalty", 1),
                        number(in, "presence_penalty", 0),
                        number(in, "frequency_penalty", 0)),
                biasCommitment().isEmpty() ? Map.of() : bias,
                Long.parseLong(in.text("seed")));
    }

    /// Records from before a setting was there do not have it.
    private static float number(Json.Fields in, String name, float absent) {
        return in.members().get(name) instanceof Json.Text(var value) ? Float.parseFloat(value) : absent;
    }
}
