package revontuli.safety.lexicon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import revontuli.safety.policy.Category;
import revontuli.safety.text.Span;
import revontuli.safety.text.Words;

/// All word lists and rules, ready to read a text in one pass. Immutable; threads may share it.
public final class Lexicon {
    /// The longest stretch, in characters of [Words], that the words of one hit may cover.
    public static final int SPAN_MAX = 128;

    private final PhraseIndex index;
    private final List<List<Member>> members;
    private final List<Rule> rules;
    private final int groupCount;

    /// A topic in one language, its groups by number; `request`, `hidden` and `careful` may be -1: no such words.
    record Rule(
            Topic topic,
            String name,
            List<Integer> objects,
            List<Integer> acts,
            int request,
            int hidden,
            int careful) {}

    /// What a phrase belongs to: a group by number, or, with group -1, a finding by itself or a mask.
    private record Member(LexiconFiles.Phrase phrase, int group) {
        boolean mask() {
            return phrase.group().equals(LexiconFiles.Phrase.MASK);
        }
    }

    Lexicon(LexiconFiles files) {
        Map<String, Integer> groups = new LinkedHashMap<>();
        List<List<Member>> all = new ArrayList<>();
        Map<String, List<LexiconFiles.Phrase>> patterns = files.byPattern();
        for (List<LexiconFiles.Phrase> phrases : patterns.values()) {
            List<Member> same = new ArrayList<>();
            for (LexiconFiles.Phrase phrase : phrases) {
                boolean grouped = phrase.score() == 0 && !phrase.group().equals(LexiconFiles.Phrase.MASK);
                int group = grouped
                        ? groups.computeIfAbsent(key(phrase.language(), phrase.group()), _ -> groups.size())
                        : -1;
                same.add(new Member(phrase, group));
            }
            all.add(List.copyOf(same));
        }
        index = new PhraseIndex(List.copyOf(patterns.keySet()));
        members = List.copyOf(all);
        groupCount = groups.size();
        List<Rule> made = new ArrayList<>();
        for (Topic topic : files.topics()) {
            for (String language : LexiconFiles.LANGUAGES) {
                made.add(rule(topic, language, groups));
            }
        }
        rules = List.copyOf(made);
    }

    private static Rule rule(Topic topic, String language, Map<String, Integer> groups) {
        return new Rule(
                topic,
                language + "." + topic.name(),
                numbers(topic.objects(), language, groups),
                numbers(topic.acts(), language, groups),
                groups.getOrDefault(key(language, "request"), -1),
                groups.getOrDefault(key(language, "hidden"), -1),
                groups.getOrDefault(key(language, "careful"), -1));
    }

    private static List<Integer> numbers(List<String> names, String language, Map<String, Integer> groups) {
        return names.stream()
                .map(name -> groups.get(key(language, name)))
                .filter(Objects::nonNull)
                .toList();
    }

    private static String key(String language, String group) {
        return language + ":" + group;
    }

    /// The word lists and rules that come with the suite.
    public static Lexicon shipped() {
        return new Lexicon(LexiconFiles.shipped());
    }

    /// All hits of score 0.5 and more, and the best of each rule below that.
    public List<Hit> read(Words words) {
        List<Hit> hits = new ArrayList<>();
        read(words, hits, (_, _, _) -> {});
        return hits;
    }

    /// Everything the words show, by names that mean the same in every language: `explosive` for a word of that
    /// group, `hits` as [#read(Words)] gives them.
    public List<Hit> read(Words words, Groups groups) {
        List<Hit> hits = new ArrayList<>();
        read(words, hits, groups);
        return hits;
    }

    /// Hears of each word of a group and where it stands in [Words].
    @FunctionalInterface
    public interface Groups {
        void found(String group, int start, int end);
    }

    private void read(Words words, List<Hit> hits, Groups groups) {
        List<int[]> found = new ArrayList<>();
        index.search(words.text(), (term, start, end) -> found.add(new int[] {term, start, end}));
        if (found.isEmpty()) {
            return;
        }
        Places masks = new Places();
        for (int[] hit : found) {
            if (members.get(hit[0]).stream().anyMatch(Member::mask)) {
                masks.add(hit[1], hit[2]);
            }
        }
        @Nullable Places[] places = new Places[groupCount];
        for (int[] hit : found) {
            if (!masked(masks, hit[1], hit[2])) {
                place(words, hit, places, hits, groups);
            }
        }
        for (Rule rule : rules) {
            new Reading(words, places, rule).addTo(hits);
        }
    }

    private void place(Words words, int[] hit, @Nullable Places[] places, List<Hit> hits, Groups groups) {
        for (Member member : members.get(hit[0])) {
            boolean misplaced = member.phrase().opening() && !words.sentenceBegins(hit[1] + 1);
            if (misplaced) {
                continue;
            }
            if (member.group() >= 0) {
                Places group = Objects.requireNonNullElseGet(places[member.group()], Places::new);
                group.add(hit[1], hit[2]);
                places[member.group()] = group;
                groups.found(member.phrase().group(), hit[1], hit[2]);
            } else if (!member.mask()) {
                Category category = Category.find(member.phrase().group()).orElseThrow();
                Span within = new Span(hit[1], hit[2]);
                hits.add(new Hit(
                        category,
                        member.phrase().language() + ".phrase",
                        Reading.original(words, within),
                        member.phrase().score(),
                        "phrase-" + category.id(),
                        within));
            }
        }
    }

    private static boolean masked(Places masks, int start, int end) {
        for (int i = masks.lastBefore(end - 1) + 1; i < masks.size() && masks.start(i) <= start; i++) {
            if (masks.end(i) >= end && masks.end(i) - masks.start(i) > end - start) {
                return true;
            }
        }
        return false;
    }
}
