package revontuli.safety.screen;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.fault.Fault;
import revontuli.safety.classify.Classifier;
import revontuli.safety.lexicon.Lexicon;
import revontuli.safety.policy.Action;
import revontuli.safety.policy.Direction;
import revontuli.safety.policy.Policy;
import revontuli.safety.policy.PolicyFile;

/// Judges texts by one policy. The verdict depends on the text, the direction and the policy alone; the time is
/// linear in the text. Immutable; threads may share it.
public final class Screener {
    /// Longer texts, in bytes of UTF-8, are refused, never cut.
    public static final int TEXT_BYTES_MAX = 256 * 1024;

    private static final double TOLD_FROM = 0.5;

    private final Policy policy;
    private final List<Detector> detectors;

    /// Stages in order; more of them can only make a verdict stricter.
    public Screener(Policy policy, List<Detector> detectors) {
        this.policy = policy;
        this.detectors = List.copyOf(detectors);
    }

    /// The policy and the stages that come with the suite. Reads resources: make one and keep it.
    public static Screener shipped() {
        return new Screener(PolicyFile.shipped(), shippedStages());
    }

    /// The stages that come with the suite, in their order. Reads resources: make them once.
    public static List<Detector> shippedStages() {
        Lexicon lexicon = Lexicon.shipped();
        return List.of(
                new PersonalDetector(),
                new LexiconDetector(lexicon),
                new ClassifierDetector(Classifier.shipped(lexicon)));
    }

    /// The same with another classifier in place of the shipped one.
    public static List<Detector> stagesWith(EncoderDetector classifier) {
        return List.of(new PersonalDetector(), new LexiconDetector(Lexicon.shipped()), classifier);
    }

    public Policy policy() {
        return policy;
    }

    /// Refuses, as a fault, texts over [#TEXT_BYTES_MAX] and with unpaired surrogates.
    public Screened screen(Direction direction, String text) {
        return screen(direction, text, new Placeholders());
    }

    /// As [#screen(Direction, String)], with placeholders that other texts of the same dialogue share.
    Screened screen(Direction direction, String text, Placeholders placeholders) {
        checkSize(text);
        checkPairs(text, 0, text.length(), 0);
        Assessment found = assess(direction, text, true);
        Optional<Finding> deciding = Assessment.deciding(found.findings(), policy, direction, found.language());
        Verdict verdict =
                verdict(grounds(direction, found.language(), Scores.of(found.findings()), found.findings()), deciding);
        return new Screened(verdict, released(verdict, text, found, placeholders));
    }

    /// A screener for one text that still grows.
    public StreamScreener stream(Direction direction) {
        return new StreamScreener(this, direction);
    }

    private String released(Verdict verdict, String text, Assessment found, Placeholders placeholders) {
        return switch (verdict) {
            case Verdict.Allowed _ -> text;
            case Verdict.Redacted _ ->
                Redaction.apply(
                        text,
                        Redaction.merged(
                                redacted(found.findings(), verdict.grounds().direction(), found.language())),
                        placeholders);
            case Verdict.Review _, Verdict.Blocked _ -> "";
        };
    }

    List<Finding> redacted(List<Finding> findings, Direction direction, Language language) {
        return findings.stream()
                .filter(finding -> Assessment.action(finding, policy, direction, language) == Action.REDACT)
                .toList();
    }

    Assessment assess(Direction direction, String text, boolean opening) {
        return Assessment.of(text, detectors, direction, opening);
    }

    Grounds grounds(Direction direction, Language language, Scores scores, List<Finding> findings) {
        List<Finding> told = findings.stream()
                .filter(finding -> finding.score() >= TOLD_FROM)
                .limit(Grounds.FINDINGS_MAX)
                .toList();
        return new Grounds(policy.name(), policy.override(), direction, language.id(), scores, told);
    }

    Verdict verdict(Grounds grounds, Optional<Finding> deciding) {
        if (deciding.isEmpty()) {
            return new Verdict.Allowed(grounds);
        }
        Finding finding = deciding.get();
        Cause cause = Cause.of(finding);
        return switch (policy.action(
                finding.category(), grounds.direction(), grounds.language(), finding.kind(), finding.score())) {
            case ALLOW -> new Verdict.Allowed(grounds);
            case REDACT -> new Verdict.Redacted(grounds, cause);
            case REVIEW -> new Verdict.Review(grounds, cause);
            case BLOCK -> new Verdict.Blocked(grounds, cause);
        };
    }

    private static void checkSize(String text) {
        boolean large = text.length() > TEXT_BYTES_MAX
                || (text.length() > TEXT_BYTES_MAX / 3
                        && text.getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES_MAX);
        if (large) {
            throw new Fault.Invalid(
                            "TEXT_TOO_LARGE",
                            "text: over " + TEXT_BYTES_MAX + " bytes of UTF-8; send it in parts",
                            Map.of("field", "text", "bytes_max", Integer.toString(TEXT_BYTES_MAX)))
                    .toException();
        }
    }

    /// `base` is the index of the first unit within the whole text.
    static void checkPairs(CharSequence text, int from, int to, long base) {
        int at = from;
        while (at < to) {
            char unit = text.charAt(at);
            boolean pair =
                    Character.isHighSurrogate(unit) && at + 1 < to && Character.isLowSurrogate(text.charAt(at + 1));
            if (Character.isSurrogate(unit) && !pair) {
                throw new Fault.Invalid(
                                "UNPAIRED_SURROGATE",
                                "text: half a character at UTF-16 unit " + (base + at) + "; send whole characters",
                                Map.of("field", "text", "index", Long.toString(base + at)))
                        .toException();
            }
            at += pair ? 2 : 1;
        }
    }
}
