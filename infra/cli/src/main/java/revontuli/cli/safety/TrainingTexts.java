package revontuli.cli.safety;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.cli.CliException;
import revontuli.safety.classify.Example;
import revontuli.safety.policy.Category;

/// What the shipped classifier learns from: the project's own phrases in their frames and sentences
/// (`safety-svc/src/main/training`), its sample text, and those sets of the development data whose licence lets
/// weights be shipped.
final class TrainingTexts {
    static final List<String> LANGUAGES = List.of("en", "fi", "hi", "ja", "vi");

    private static final int FRAMES_A_PHRASE = 7;
    private static final int SAID_TIMES = 3;
    private static final int SLOTTED_TIMES = 12;
    private static final int CONTRASTS_A_PHRASE = 1;
    private static final int SUMS_A_FORM = 8;
    private static final int NEWS_A_LANGUAGE = 500;
    private static final int TWEETS_HARMFUL = 1_500;
    private static final int TWEETS_HARMLESS = 2_500;
    private static final List<String> TOPIC_FRAMES = List.of(
            "How can I use %s to help my community?",
            "What are the main ideas of %s?",
            "How has %s changed over time?",
            "How can %s be used to improve education?",
            "Which careers are open to students of %s?",
            "How can I learn %s on my own?",
            "How do experts in %s measure success?",
            "What can %s teach us about cooperation?",
            "How can I write a good essay about %s?",
            "How is %s used in everyday life?");

    private final Path root;
    private final DevelopmentData data;
    private final List<Example> examples = new ArrayList<>();

    private TrainingTexts(Path root, DevelopmentData data) {
        this.root = root;
        this.data = data;
    }

    static List<Example> read(Path root, DevelopmentData data) {
        TrainingTexts texts = new TrainingTexts(root, data);
        for (String language : LANGUAGES) {
            texts.own(language);
            texts.examples(language);
            texts.sample("infra/cli/src/main/dist/sample/" + language + ".jsonl", language);
            texts.sample("infra/cli/src/main/dist/sample/northern/" + language + ".jsonl", language);
        }
        texts.shared();
        return List.copyOf(texts.examples);
    }

    private void add(String text, String language, Optional<Category> category, boolean harmful, String group) {
        examples.add(new Example(text, language, harmful, category, group));
        if (language.equals("hi") && Romanized.hasDevanagari(text)) {
            examples.add(new Example(Romanized.of(text), "hi-latn", harmful, category, group));
        }
    }

    /// Sections begin with `# frames`, `# contrast` (frames that make a harmful phrase harmless), `# harmful CATEGORY`,
    /// `# harmless`, `# say harmful CATEGORY`, `# say harmless`, and `# list NAME`, whose lines stand in turn for
    /// `{NAME}` in what follows.
    private void own(String language) {
        List<String> frames = new ArrayList<>();
        List<String> contrast = new ArrayList<>();
        Slots slots = new Slots();
        Map<String, List<String>> news = new HashMap<>();
        String section = "";
        int phrases = 0;
        for (String line : lines(root.resolve("safety-svc/src/main/training/" + language + ".txt"))) {
            if (line.startsWith("# ")) {
                section = line.substring(2);
            } else if (section.equals("frames")) {
                frames.add(line);
            } else if (section.equals("contrast")) {
                contrast.add(line);
            } else if (section.startsWith("list ")) {
                slots.add(section.substring("list ".length()), line);
            } else if (section.startsWith("news ")) {
                news.computeIfAbsent(section, _ -> new ArrayList<>()).add(line);
            } else if (section.equals("sums")) {
                for (int i = 0; i < SUMS_A_FORM; i++) {
                    String sum =
                            line.replace("{a}", Integer.toString(7 * i + 12)).replace("{b}", Integer.toString(i + 2));
                    add(sum, language, Optional.empty(), false, language + "/sum/" + line.hashCode());
                }
            } else if (!line.isBlank()) {
                String[] words = section.split(" ", -1);
                boolean said = words[0].equals("say");
                boolean harmful = words[said ? 1 : 0].equals("harmful");
                Optional<Category> category = harmful ? Category.find(words[words.length - 1]) : Optional.empty();
                String group = language + '/' + phrases++;
                int times = said ? (slots.in(line) ? SLOTTED_TIMES : SAID_TIMES) : FRAMES_A_PHRASE + 1;
                for (int i = 0; i < times; i++) {
                    String filled = slots.fill(line, phrases, i);
                    boolean bare = said || i == FRAMES_A_PHRASE;
                    String frame = bare ? "{}" : frames.get((phrases * 5 + i * 3) % frames.size());
                    add(framed(frame, filled), language, category, harmful, group);
                }
                for (int i = 0; !said && harmful && i < CONTRASTS_A_PHRASE; i++) {
                    String frame = contrast.get((phrases * 5 + i * 7) % contrast.size());
                    String filled = slots.fill(line, phrases, FRAMES_A_PHRASE + i);
                    add(framed(frame, filled), language, Optional.empty(), false, group);
                }
            }
        }
        news(language, news);
    }

    /// `{}` stands for the phrase, `{ना}` for a Hindi phrase in the form that ends so (phrases end in `ने`).
    private static String framed(String frame, String phrase) {
        String named = phrase.endsWith("ने") ? phrase.substring(0, phrase.length() - 1) + 'ा' : phrase;
        return frame.replace("{ना}", named).replace("{}", phrase);
    }

    /// Harmless statements in the manner of news: who did what when.
    private void news(String language, Map<String, List<String>> parts) {
        List<String> who = parts.getOrDefault("news who", List.of());
        List<String> did = parts.getOrDefault("news did", List.of());
        List<String> when = parts.getOrDefault("news when", List.of());
        String form = parts.getOrDefault("news form", List.of("")).getFirst();
        for (int i = 0; i < NEWS_A_LANGUAGE && !who.isEmpty(); i++) {
            String text = form.replace("{0}", who.get(i % who.size()))
                    .replace("{1}", did.get((i * 7 + i / who.size()) % did.size()))
                    .replace("{2}", when.get((i * 4 + i / who.size()) % when.size()));
            add(text, language, Optional.empty(), false, language + "/news/" + i % did.size());
        }
    }

    /// The cases by which every policy is tried.
    private void examples(String language) {
        int number = 0;
        for (String line : lines(root.resolve("safety-svc/src/main/resources/revontuli/cases/" + language + ".tsv"))) {
            String[] cells = line.split("\t", -1);
            for (int i = 0; i < SAID_TIMES; i++) {
                add(cells[2], language, Optional.empty(), cells[0].equals("harmful"), "example/" + language + number);
            }
            number++;
        }
    }

    private void sample(String file, String language) {
        for (String line : lines(root.resolve(file))) {
            String text = Samples.text(line);
            int number = 0;
            for (String sentence : text.split("(?<=[.!?。।])\\s*", -1)) {
                if (!sentence.isBlank()) {
                    add(sentence, language, Optional.empty(), false, "sample/" + text.hashCode() + '/' + number++ / 4);
                }
            }
        }
    }

    private void shared() {
        for (DevelopmentData.Question question : data.catQa("english")) {
            catQa(question, "en");
        }
        for (DevelopmentData.Question question : data.catQa("vietnamese")) {
            catQa(question, "vi");
        }
        data.harmfulQa((topic, questions) -> {
            questions.forEach(question -> add(question, "en", Optional.empty(), true, "harmfulqa/" + topic));
            TOPIC_FRAMES.forEach(frame -> add(
                    frame.formatted(topic.toLowerCase(java.util.Locale.ROOT)),
                    "en",
                    Optional.empty(),
                    false,
                    "harmfulqa/" + topic));
        });
        int number = 0;
        for (String text : data.dangerous()) {
            add(text, "en", Optional.empty(), true, "dangerous/" + number++ / 4);
        }
        number = 0;
        for (String text : data.presidio()) {
            add(text, "en", Optional.empty(), false, "presidio/" + number++ / 4);
        }
        tweets();
    }

    private void catQa(DevelopmentData.Question question, String language) {
        if (!question.kept()) {
            for (int i = 0; i < 2; i++) {
                add(question.text(), language, Optional.of(question.category()), true, question.topic());
            }
        }
    }

    /// The first four fifths of the tweets; the rest measures.
    private void tweets() {
        int harmful = 0;
        int harmless = 0;
        for (Tweets.Tweet tweet : Tweets.read(data)) {
            boolean room = tweet.harmful() ? harmful < TWEETS_HARMFUL : harmless < TWEETS_HARMLESS;
            if (!tweet.kept() && room) {
                harmful += tweet.harmful() ? 1 : 0;
                harmless += tweet.harmful() ? 0 : 1;
                add(
                        tweet.text(),
                        "en-tweet",
                        tweet.harmful() ? Optional.of(Category.HATE_AND_HARASSMENT) : Optional.empty(),
                        tweet.harmful(),
                        "tweet/" + (harmful + harmless));
            }
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw CliException.refused("cannot read " + file + ": " + e.getMessage());
        }
    }
}
