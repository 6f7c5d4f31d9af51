package revontuli.tokenizer.prompt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.prompt.Frame;
import revontuli.platform.prompt.Part;
import revontuli.platform.tx.UnitOfWork;
import revontuli.tokenizer.encode.Utf8;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.tokenizer.vocabulary.Tokenizers;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;

/// Brings templates into the suite: the frame into the artifact store, name, version and digest into the database, the
/// act into the audit log. The newest version's frame again changes nothing.
public final class TemplateRegistry {
    private final Templates templates;
    private final Tokenizers tokenizers;
    private final ArtifactStore artifacts;
    private final Records records;
    private final PromptLimits limits;

    /// How acts are written down.
    public record Records(Audit audit, UnitOfWork unit, InstantSource clock) {}

    public TemplateRegistry(
            Templates templates, Tokenizers tokenizers, ArtifactStore artifacts, Records records, PromptLimits limits) {
        this.templates = templates;
        this.tokenizers = tokenizers;
        this.artifacts = artifacts;
        this.records = records;
        this.limits = limits;
    }

    public Template register(Caller caller, TemplateName name, Frame frame, String requestId) {
        RegisteredTokenizer tokenizer = tokenizers.find(name.tokenizer()).orElseThrow(() -> new Fault.NotFound(
                        "NO_SUCH_TOKENIZER",
                        "tokenizers/" + name.tokenizer() + " does not exist; register it first",
                        Map.of("tokenizer", "tokenizers/" + name.tokenizer()))
                .toException());
        check(tokenizer, frame);
        byte[] bytes = frame.bytes();
        Digest digest = Digest.of(bytes);
        Optional<Templates.Entry> newest = templates.newest(name);
        if (newest.isPresent() && newest.get().digest().equals(digest)) {
            return template(newest.get());
        }
        requireRoom(name, newest);
        store(bytes);
        int version = newest.map(Templates.Entry::version).orElse(0) + 1;
        // as the database keeps it, so that every answer is the same
        Instant now = records.clock().instant().truncatedTo(ChronoUnit.MICROS);
        Templates.Entry entry = new Templates.Entry(name, version, digest, tokenizer.digest(), now);
        records.unit().run(() -> add(caller, entry, requestId));
        return template(entry);
    }

    /// One version, 0 for the newest; a fault NO_SUCH_TEMPLATE where there is none.
    public Template get(TemplateName name, int version) {
        Optional<Templates.Entry> found = version == 0 ? templates.newest(name) : templates.find(name, version);
        return template(found.orElseThrow(() -> new Fault.NotFound(
                        "NO_SUCH_TEMPLATE",
                        name + (version == 0 ? "" : " version " + version)
                                + " does not exist; ListTemplates shows those that do",
                        Map.of("template", name.toString(), "version", Integer.toString(version)))
                .toException()));
    }

    /// Newest versions of a tokenizer's templates.
    public List<Template> list(String tokenizer, String after, int limit) {
        return templates.list(tokenizer, after, limit).stream()
                .map(this::template)
                .toList();
    }

    static int idOf(RegisteredTokenizer tokenizer, String token) {
        return tokenizer.vocabulary().specialTokens().stream()
                .filter(special -> special.text().equals(token))
                .mapToInt(RegisteredTokenizer.SpecialToken::id)
                .findFirst()
                .orElseThrow(() -> malformed("'" + token + "' is no special token of " + tokenizer.name()
                        + "; DescribeTokenizer lists them"));
    }

    private void check(RegisteredTokenizer tokenizer, Frame frame) {
        if (frame.roles().isEmpty()) {
            throw malformed("it names no role");
        }
        List<Part> parts = frame.parts().toList();
        if (parts.size() > limits.partsMax()) {
            throw malformed("it has " + parts.size() + " parts; allowed are " + limits.partsMax());
        }
        for (Part part : parts) {
            switch (part) {
                case Part.Literal(var text) -> {
                    if (text.isEmpty() || Utf8.length(text) > limits.partBytesMax()) {
                        throw malformed("a text part must have 1 to " + limits.partBytesMax() + " bytes");
                    }
                }
                case Part.Control(var token) -> idOf(tokenizer, token);
            }
        }
        if (tooLong(frame)) {
            throw malformed("its canonical JSON is longer than " + CanonicalJson.BYTES_MAX + " bytes");
        }
    }

    private static boolean tooLong(Frame frame) {
        return frame.parts()
                        .mapToLong(part -> switch (part) {
                            case Part.Literal(var text) -> Utf8.length(text) * 6 + 16;
                            case Part.Control(var token) -> Utf8.length(token) * 6 + 16;
                        })
                        .sum()
                > CanonicalJson.BYTES_MAX - 1_024;
    }

    private void requireRoom(TemplateName name, Optional<Templates.Entry> newest) {
        boolean full = newest.isPresent()
                ? newest.get().version() >= limits.versionsMax()
                : templates.list(name.tokenizer(), "", limits.templatesMax()).size() >= limits.templatesMax();
        if (full) {
            throw new Fault.Conflict(
                            "TOO_MANY_TEMPLATES",
                            "a tokenizer may have " + limits.templatesMax() + " templates, each with "
                                    + limits.versionsMax() + " versions",
                            Map.of("template", name.toString()))
                    .toException();
        }
    }

    private void add(Caller caller, Templates.Entry entry, String requestId) {
        if (!templates.add(entry)) {
            throw new Fault.Aborted(
                            "TEMPLATE_RACE",
                            entry.name() + " got version " + entry.version()
                                    + " from another caller just now; try again",
                            Map.of("template", entry.name().toString()))
                    .toException();
        }
        records.audit()
                .append(AuditEntry.of(
                                caller, "template.registered", entry.name().toString(), entry.createTime())
                        .digest("template", entry.digest())
                        .digest("tokenizer", entry.tokenizer())
                        .fact("version", Integer.toString(entry.version()))
                        .request(requestId));
    }

    private Template template(Templates.Entry entry) {
        Frame frame = Frame.parse(artifacts.read(entry.digest(), CanonicalJson.BYTES_MAX));
        return new Template(
                entry.name(), entry.version(), entry.digest(), entry.tokenizer(), frame, entry.createTime());
    }

    private void store(byte[] bytes) {
        try {
            artifacts.put(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot store the template", e);
        }
    }

    static RuntimeException malformed(String why) {
        return Fault.invalid("MALFORMED_TEMPLATE", "frame", why);
    }
}
