package revontuli.safety.lexicon;

import java.util.List;
import org.jspecify.annotations.Nullable;
import revontuli.safety.text.Span;
import revontuli.safety.text.Words;

/// One rule read against one text: each object with the nearest act, request and wish to hide in its sentence.
final class Reading {
    private static final double KEPT = 0.5;
    private static final double CAREFUL_FACTOR = 0.4;
    private static final int CAREFUL_REACH = 64;

    private final Words words;
    private final @Nullable Places[] places;
    private final Lexicon.Rule rule;
    private @Nullable Hit weakBest;

    /// `places` by group number; null where no word of the group stands.
    Reading(Words words, @Nullable Places[] places, Lexicon.Rule rule) {
        this.words = words;
        this.places = places;
        this.rule = rule;
    }

    void addTo(List<Hit> hits) {
        for (int group : rule.objects()) {
            @Nullable Places objects = places[group];
            for (int i = 0; objects != null && i < objects.size(); i++) {
                Hit hit = judge(new Span(objects.start(i), objects.end(i)));
                if (hit.score() >= KEPT) {
                    hits.add(hit);
                } else if (weakBest == null || hit.score() > weakBest.score()) {
                    weakBest = hit;
                }
            }
        }
        if (weakBest != null) {
            hits.add(weakBest);
        }
    }

    private Hit judge(Span object) {
        Topic.Scores scores = rule.topic().scores();
        @Nullable Span act = null;
        for (int group : rule.acts()) {
            act = nearer(object, act, nearestOf(group, object, object));
        }
        if (act != null && distance(object, act) > rule.topic().reach()) {
            act = null;
        }
        Span core = act == null ? object : object.union(act);
        @Nullable Span request = nearestOf(rule.request(), object, core);
        Span asked = request == null ? core : core.union(request);
        @Nullable Span hidden = nearestOf(rule.hidden(), object, asked);
        Span whole = hidden == null ? asked : asked.union(hidden);

        double score = scores.object();
        if (act != null) {
            score = request != null ? scores.whole() : scores.act();
        } else if (request != null) {
            score = scores.request();
        }
        if (hidden != null && (act != null || request != null)) {
            score = Math.max(score, scores.hidden());
        }
        if (careful(core)) {
            score *= CAREFUL_FACTOR;
        }
        return new Hit(
                rule.topic().category(),
                rule.name(),
                original(words, whole),
                score,
                rule.topic().name(),
                whole);
    }

    /// The part of the original under a span, without the spaces that only mark words.
    static Span original(Words words, Span span) {
        String text = words.text();
        int from = span.start() < span.end() && text.charAt(span.start()) == ' ' ? span.start() + 1 : span.start();
        int to = text.charAt(span.end() - 1) == ' ' ? span.end() - 1 : span.end();
        return words.original(from, Math.max(from, to));
    }

    private @Nullable Span nearestOf(int group, Span object, Span core) {
        @Nullable Places found = group < 0 ? null : places[group];
        return found == null ? null : nearest(found, object, core);
    }

    /// The nearest place outside the object, in its sentence, that keeps the whole within [Lexicon#SPAN_MAX].
    private @Nullable Span nearest(Places group, Span object, Span core) {
        int before = group.lastBefore(object.start() + 1);
        @Nullable Span left = before < 0 ? null : fitting(group, before, object, core);
        int after = before + 1;
        while (after < group.size() && group.start(after) < object.end() - 1 && group.end(after) <= object.end()) {
            after++; // inside the object itself
        }
        @Nullable Span right = after >= group.size() ? null : fitting(group, after, object, core);
        return nearer(object, left, right);
    }

    private @Nullable Span fitting(Places group, int index, Span object, Span core) {
        Span place = new Span(group.start(index), group.end(index));
        boolean near = core.union(place).length() <= Lexicon.SPAN_MAX;
        return near && words.sentence(place.start() + 1) == words.sentence(object.start() + 1) ? place : null;
    }

    private static @Nullable Span nearer(Span object, @Nullable Span one, @Nullable Span other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return distance(object, one) <= distance(object, other) ? one : other;
    }

    private static int distance(Span object, Span place) {
        return Math.max(0, Math.max(object.start() - place.end(), place.start() - object.end()));
    }

    /// Words of care, prevention or history near before or after take most of the weight away.
    private boolean careful(Span core) {
        @Nullable Places careful = rule.careful() < 0 ? null : places[rule.careful()];
        if (careful == null) {
            return false;
        }
        int index = careful.lastBefore(core.end());
        boolean before =
                index >= 0 && careful.end(index) >= core.start() - CAREFUL_REACH && sameSentence(careful, index, core);
        int next = index + 1;
        boolean after = next < careful.size()
                && careful.start(next) <= core.end() + CAREFUL_REACH / 4
                && sameSentence(careful, next, core);
        return before || after;
    }

    private boolean sameSentence(Places group, int index, Span core) {
        return words.sentence(group.start(index) + 1) == words.sentence(core.start() + 1);
    }
}
