package revontuli.inference.generate;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import revontuli.inference.admit.Batcher;
import revontuli.inference.engine.EngineFacts;
import revontuli.inference.generate.Signals.Signal;
import revontuli.inference.model.Candidates;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ServedModel;
import revontuli.inference.model.ServedModels;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.event.Admission;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;

/// One request from prompt to finish reason.
///
/// Order, and nothing may be moved: room for records, a version, a place in its batch, a verdict on the prompt, the
/// record `generation.admitted` committed, only then the first step of the engine. On doubt it refuses.
public final class Generator {
    private final Admission room;
    private final ServedModels models;
    private final Candidates candidates;
    private final Moderation moderation;
    private final GenerationRecords records;
    private final LiveGenerations live;
    private final Context context;

    /// What a generation is written down with.
    public record Ledger(Generations rows, Audit audit, UnitOfWork unit) {}

    /// Time, chance and patience.
    public record Context(InstantSource clock, RandomGenerator seeds, Duration patience) {}

    public Generator(
            Admission room,
            ServedModels models,
            Candidates candidates,
            Moderation moderation,
            Ledger ledger,
            LiveGenerations live,
            Context context) {
        this.room = room;
        this.models = models;
        this.candidates = candidates;
        this.moderation = moderation;
        this.records = new GenerationRecords(ledger.rows(), ledger.audit(), ledger.unit(), context.clock());
        this.live = live;
        this.context = context;
    }

    /// Closes what earlier runs of this instance left open; answers how many.
    public int closeOrphans() {
        return records.closeOrphans();
    }

    /// Returns when the last message was handed over or the reader is gone; throws a fault otherwise.
    public void run(Caller caller, GenerationRequest request, Reader reader) throws InterruptedException {
        room.requireRoom();
        requireLane(caller, request.lane(), candidates);
        try (ServedModels.Lease lease = models.lease(request.target(), request.lane());
                Batcher.Place place = lease.model().batcher().reserve(caller.tenant())) {
            BuiltPrompt built = request.prompt().build(lease.model());
            requireFits(lease.model(), built.ids().length);
            request.draw().requireKnown(lease.model().codec().vocabularyUsed());
            Generation generation = new Generation(
                    "generations/g-" + UUID.randomUUID(),
                    caller,
                    request,
                    lease.model(),
                    request.draw().with(context.seeds().nextLong()),
                    context.clock().instant());
            Signals signals = new Signals();
            live.enter(generation, why -> signals.put(new Signal.Stop(why)));
            try {
                reader.onGone(() -> signals.put(new Signal.Gone()));
                generate(generation, built, reader, place, signals);
            } finally {
                live.leave(generation);
            }
        }
    }

    private void generate(Generation generation, BuiltPrompt built, Reader reader, Batcher.Place place, Signals signals)
            throws InterruptedException {
        Optional<Moderation.Judgement> judged = judge(generation, built, reader);
        if (judged.isEmpty()) {
            return;
        }
        Verdict verdict = judged.get().verdict();
        boolean serve = generation.request().lane() == Lane.SERVE;
        if (serve && verdict.refuses()) {
            records.refused(generation, judged.get());
            tell(reader, refusal(generation, judged.get()));
            return;
        }
        BuiltPrompt prompt =
                serve && judged.get().redacted().isPresent() ? redacted(generation, built, judged.get()) : built;
        new Conversation(
                        new Conversation.Judged(generation, judged.get(), prompt),
                        new Conversation.Parties(reader, moderation, records, context.patience()),
                        signals)
                .run(place);
    }

    private BuiltPrompt redacted(Generation generation, BuiltPrompt built, Moderation.Judgement judged) {
        try {
            BuiltPrompt prompt = built.redacted(
                    judged.redacted().orElseThrow(), generation.model().codec());
            requireFits(generation.model(), prompt.ids().length);
            return prompt;
        } catch (FaultException unusable) {
            records.unusable(generation, judged, unusable.fault());
            throw unusable;
        }
    }

    /// A verdict, or empty when the reader went away meanwhile.
    private Optional<Moderation.Judgement> judge(Generation generation, BuiltPrompt built, Reader reader) {
        try {
            Moderation.Judgement judged = moderation.judgePrompt(generation.subject(), built.shown());
            if (!reader.gone()) {
                return Optional.of(judged);
            }
        } catch (NoVerdict why) {
            if (!reader.gone()) {
                records.unjudged(generation, why);
                throw safetyUnavailable(why.why()).toException();
            }
        }
        records.abandoned(generation);
        return Optional.empty();
    }

    private Ending refusal(Generation generation, Moderation.Judgement judged) {
        Duration total = Duration.between(generation.begin(), context.clock().instant());
        return new Ending(
                generation,
                FinishReason.REFUSED,
                Optional.of(Refusal.ofPrompt(judged.verdict())),
                judged.verdict(),
                Optional.of(judged.opening()),
                Optional.empty(),
                new Usage(0, 0, Duration.ZERO, total));
    }

    private static void tell(Reader reader, Ending ending) {
        try {
            reader.last(ending);
        } catch (Reader.Gone _) {
            // the record stands; nobody is left to tell
        }
    }

    static void requireLane(Caller caller, Lane lane, Candidates candidates) {
        if (lane == Lane.EVALUATE) {
            candidates.requireLane();
            if (!caller.has(Role.EVALUATOR)) {
                throw roleMissing(caller, Role.EVALUATOR, "the evaluate lane");
            }
        } else if (!caller.has(Role.CALLER)) {
            throw roleMissing(caller, Role.CALLER, "the serve lane");
        }
    }

    private static FaultException roleMissing(Caller caller, Role role, String what) {
        return new Fault.Refused(
                        "ROLE_MISSING",
                        caller.principal() + " needs the role " + role.text() + " for " + what,
                        Map.of("principal", caller.principal(), "roles", role.text()))
                .toException();
    }

    /// The prompt and one token must fit; the reason tells which limit stands against it.
    static void requireFits(ServedModel model, int tokens) {
        EngineFacts.Lengths lengths = model.facts().lengths();
        int max = lengths.max() - 1;
        if (tokens >= 1 && tokens <= max) {
            return;
        }
        int trained = lengths.trained().orElse(lengths.table());
        String reason = tokens > lengths.table() - 1
                ? "PROMPT_OVER_TABLE_LENGTH"
                : tokens > trained - 1 ? "PROMPT_OVER_TRAINED_LENGTH" : "PROMPT_TOO_MANY_TOKENS";
        Map<String, String> details = new TreeMap<>(Map.of(
                "field", "prompt",
                "tokens", Integer.toString(tokens),
                "max", Integer.toString(max),
                "allowed", Integer.toString(lengths.allowed()),
                "table", Integer.toString(lengths.table())));
        lengths.trained().ifPresent(length -> details.put("trained", Integer.toString(length)));
        throw new Fault.Invalid(
                        reason,
                        "prompt: " + tokens + " tokens; " + model.name() + " takes 1 to " + max
                                + " here: its table has "
                                + lengths.table() + " positions, it was trained on "
                                + (lengths.trained().isPresent() ? trained : "a length it does not tell")
                                + ", this instance allows " + lengths.allowed(),
                        details)
                .toException();
    }

    static Fault safetyUnavailable(String why) {
        return new Fault.Unavailable(
                "SAFETY_UNAVAILABLE",
                "there is no verdict on the text (" + why + "), so nothing is generated; try again",
                Map.of("cause", why));
    }
}
