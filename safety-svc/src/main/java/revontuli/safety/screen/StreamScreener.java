package revontuli.safety.screen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import revontuli.platform.fault.Fault;
import revontuli.safety.lexicon.Lexicon;
import revontuli.safety.personal.Kind;
import revontuli.safety.personal.PersonalScan;
import revontuli.safety.policy.Direction;
import revontuli.safety.text.Span;

/// Judges a text while it grows and releases what is safe to release.
///
/// It looks at fixed places of the text, every [#STEP] units, and at the end, never at the borders of the pieces in
/// which the text comes: releases and verdict depend on the text alone. At each place it reads a window and holds
/// the last [#HOLD_BACK] counted characters back (letters, digits and single gaps; marks and invisible characters
/// do not count, up to [#HOLD_BACK_UNITS_MAX] units in all), so that everything a rule must see together is seen
/// before its first unit is out.
///
/// It stops at the first look that finds something to refuse; where the whole text holds worse things further on, the
/// verdict on the whole may be `block` and the stream's `review`, but both refuse.
///
/// What it cannot: a payload in base64, hex or URL encoding whose encoded form is longer than the hold-back may be
/// recognised after its beginning is out; and words driven further apart than the hold-back by more than 1,000
/// signs count as apart.
///
/// Holds at most a few thousand units besides the piece being read. For one thread.
public final class StreamScreener {
    /// Units between two looks.
    public static final int STEP = 64;

    /// Counted characters behind a hit that must be there before it counts: the rest of the word, a longer harmless
    /// phrase.
    public static final int LOOK_AHEAD = 32;

    /// Counted characters held back: the longest stretch of a pattern and the look-ahead.
    public static final int HOLD_BACK = Lexicon.SPAN_MAX + LOOK_AHEAD;

    /// Units held back at most, where many of them do not count.
    public static final int HOLD_BACK_UNITS_MAX = 1_024;

    /// Longer texts, in UTF-16 units, are refused.
    public static final long TEXT_UNITS_MAX = 4L * 1024 * 1024;

    private static final int CONTEXT = 96;
    private static final int WORD_MAX = 48;

    private final Screener screener;
    private final Direction direction;
    private final StringBuilder kept = new StringBuilder();
    private final Placeholders placeholders = new Placeholders();
    private final List<Finding> told = new ArrayList<>();
    private long keptFrom;
    private long released;
    private long checked;
    private long nextLook = STEP;
    private long hiddenUntil;
    private boolean hidingSecret;
    private Language language = Language.UNKNOWN;
    private Scores scores = Scores.NONE;
    private @Nullable Finding redacted;
    private @Nullable Verdict last;

    StreamScreener(Screener screener, Direction direction) {
        this.screener = screener;
        this.direction = direction;
    }

    /// Text that may go out now, the exact number of units of the original that are out or replaced in all, and the
    /// verdict: present once the stream was refused and after [#finish]. After a refusal nothing more is released.
    public record Step(String text, long releasedIndex, Optional<Verdict> verdict) {}

    /// Takes the next piece, of any length; it may begin or end inside a character.
    public Step append(String delta) {
        if (last != null) {
            return new Step("", released, Optional.of(last));
        }
        if (keptFrom + kept.length() + delta.length() > TEXT_UNITS_MAX) {
            throw new Fault.Invalid(
                            "TEXT_TOO_LARGE",
                            "text: over " + TEXT_UNITS_MAX + " UTF-16 units in one stream; begin a new one",
                            Map.of("field", "text", "units_max", Long.toString(TEXT_UNITS_MAX)))
                    .toException();
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < delta.length() && last == null) {
            int take = (int) Math.min(delta.length() - at, nextLook - keptFrom - kept.length());
            kept.append(delta, at, at + take);
            at += take;
            if (keptFrom + kept.length() == nextLook) {
                look(nextLook, false, out);
                nextLook += STEP;
            }
        }
        return new Step(out.toString(), released, Optional.ofNullable(last));
    }

    /// Judges the rest. Must be called once at the end of the text; nothing more may be appended after it.
    public Step finish() {
        StringBuilder out = new StringBuilder();
        if (last == null) {
            look(keptFrom + kept.length(), true, out);
        }
        if (last == null) {
            last = screener.verdict(grounds(), Optional.ofNullable(redacted));
        }
        return new Step(out.toString(), released, Optional.of(last));
    }

    /// Units in memory; for tests of the bound.
    int keptUnits() {
        return kept.length();
    }

    private void look(long place, boolean end, StringBuilder out) {
        long to = !end && Character.isHighSurrogate(unit(place - 1)) ? place - 1 : place;
        Screener.checkPairs(kept, (int) (checked - keptFrom), (int) (to - keptFrom), keptFrom);
        checked = to;
        long from = contextStart();
        String window = kept.substring((int) (from - keptFrom), (int) (to - keptFrom));
        Assessment found = screener.assess(direction, window, from == 0);
        language = found.language() == Language.UNKNOWN ? language : found.language();
        long release = end ? to : Math.max(released, backFrom(to, HOLD_BACK, HOLD_BACK_UNITS_MAX));
        long certain = end ? to : backFrom(to, LOOK_AHEAD, HOLD_BACK_UNITS_MAX);
        List<Finding> fresh = fresh(found.findings(), from, release, certain);
        scores = scores.max(Scores.of(fresh));
        Optional<Finding> deciding = Assessment.deciding(fresh, screener.policy(), direction, language);
        if (deciding.isPresent()) {
            tell(fresh);
            Verdict verdict = screener.verdict(grounds(), deciding);
            if (verdict.refuses()) {
                last = verdict;
                kept.setLength(0);
                return;
            }
        }
        List<Finding> hidden = screener.redacted(fresh, direction, language).stream()
                .filter(finding -> finding.span().start() < release)
                .toList();
        if (redacted == null && !hidden.isEmpty()) {
            redacted = hidden.getFirst();
        }
        release(release, hidden, out);
        forget();
    }

    /// Findings that begin in unreleased text and are sure to be complete, in units of the whole text.
    private List<Finding> fresh(List<Finding> findings, long from, long release, long certain) {
        List<Finding> fresh = new ArrayList<>();
        for (Finding finding : findings) {
            long start = from + finding.span().start();
            long stop = from + finding.span().end();
            boolean complete = stop <= certain || start < release;
            if (stop > released && complete && (start >= released || stop - start > HOLD_BACK)) {
                fresh.add(at(finding, Math.max(start, released), stop));
            }
        }
        return fresh;
    }

    private static Finding at(Finding finding, long start, long stop) {
        return new Finding(
                finding.category(),
                finding.kind(),
                finding.rule(),
                finding.stage(),
                finding.view(),
                new Span((int) start, (int) stop),
                finding.score());
    }

    private void tell(List<Finding> fresh) {
        for (Finding finding : fresh) {
            if (told.size() < Grounds.FINDINGS_MAX && !told.contains(finding)) {
                told.add(finding);
            }
        }
    }

    private Grounds grounds() {
        return screener.grounds(direction, language, scores, told);
    }

    private void release(long until, List<Finding> hidden, StringBuilder out) {
        for (Redaction redaction : Redaction.merged(hidden)) {
            pass(redaction.span().start(), out);
            if (redaction.span().start() >= hiddenUntil) {
                int from = (int) (redaction.span().start() - keptFrom);
                int to = (int) (redaction.span().end() - keptFrom);
                out.append(placeholders.of(redaction.kind(), kept.substring(from, to)));
            }
            hiddenUntil = Math.max(hiddenUntil, redaction.span().end());
            hidingSecret = redaction.kind().equals(Kind.SECRET.id());
        }
        pass(until, out);
    }

    /// Lets units pass up to `until` unless they are hidden.
    private void pass(long until, StringBuilder out) {
        while (hidingSecret && hiddenUntil < until && PersonalScan.continuesSecret(unit(hiddenUntil))) {
            hiddenUntil++;
        }
        if (hiddenUntil < until) {
            hidingSecret = false;
        }
        long from = Math.max(released, Math.min(hiddenUntil, until));
        if (from < until) {
            out.append(kept, (int) (from - keptFrom), (int) (until - keptFrom));
        }
        released = Math.max(released, until);
    }

    /// The place before `place` from which on `count` counted characters stand, at most `unitsMax` units back.
    private long backFrom(long place, int count, int unitsMax) {
        long at = place;
        int counted = 0;
        boolean gap = false;
        while (at > keptFrom && counted < count && place - at < unitsMax) {
            at--;
            char unit = unit(at);
            if (Character.isLetterOrDigit(unit) || Character.isHighSurrogate(unit)) {
                counted++;
                gap = false;
            } else if (!gap && !Character.isLowSurrogate(unit) && unit < 0x300) {
                counted++;
                gap = true;
            }
        }
        return at > keptFrom && Character.isLowSurrogate(unit(at)) ? at - 1 : at;
    }

    /// The window begins some words before the unreleased text, at the beginning of a word where there is one.
    private long contextStart() {
        long start = backFrom(released, CONTEXT, HOLD_BACK_UNITS_MAX / 2);
        if (start == 0) {
            return 0;
        }
        for (long at = start; at < Math.min(released, start + WORD_MAX); at++) {
            if (Character.isWhitespace(unit(at))) {
                return at;
            }
        }
        return start;
    }

    /// Drops what no later window can reach.
    private void forget() {
        long needed = Math.min(contextStart(), hiddenUntil < released ? released : hiddenUntil);
        long from = Math.min(backFrom(released, CONTEXT, HOLD_BACK_UNITS_MAX / 2), needed);
        kept.delete(0, (int) (from - keptFrom));
        keptFrom = from;
    }

    private char unit(long index) {
        return index < keptFrom ? ' ' : kept.charAt((int) (index - keptFrom));
    }
}
