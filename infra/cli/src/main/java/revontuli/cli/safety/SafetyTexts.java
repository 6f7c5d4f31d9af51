package revontuli.cli.safety;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import revontuli.cli.CliException;
import revontuli.safety.policy.Direction;

/// The texts on which moderation is measured, none of them learned from: the project's own
/// (`infra/bench/safety/heldout`) and the development data, where it is there.
///
/// Harmless texts for ranking come from the same source, language and style as the harmful ones.
final class SafetyTexts {
    static final List<String> LANGUAGES = TrainingTexts.LANGUAGES;

    private static final int QUESTION_WORDS_MIN = 3;
    private static final Map<String, String> FLORES =
            Map.of("en", "eng_Latn", "fi", "fin_Latn", "hi", "hin_Deva", "ja", "jpn_Jpan", "vi", "vie_Latn");
    private static final List<String> ASKING_FOR_HARM = List.of("Crimes_And_Illegal", "Unsafe_Instruction");
    private static final List<String> HURTING = List.of("Insult", "Unfairness");
    private static final List<String> NOT_HARMFUL = List.of("Ethics_And_Morality", "Mental_Health", "Physical_Harm");
    private static final int TOXIC_ABOVE = 0;

    private final Path root;
    private final DevelopmentData data;

    SafetyTexts(Path root, DevelopmentData data) {
        this.root = root;
        this.data = data;
    }

    /// A text with the truth about it.
    record Labelled(String source, Direction direction, boolean harmful, String text) {}

    List<Labelled> labelled(String language) {
        List<Labelled> texts = new ArrayList<>(own(language));
        switch (language) {
            case "en" -> {
                kept(texts, "english");
                for (Tweets.Tweet tweet : Tweets.read(data)) {
                    if (tweet.kept()) {
                        texts.add(new Labelled("davidson", Direction.OUTPUT, tweet.harmful(), tweet.text()));
                    }
                }
            }
            case "vi" -> {
                kept(texts, "vietnamese");
                for (List<String> cells : data.table("vihsd/dev.csv", ',')) {
                    if (cells.size() == 2
                            && !cells.get(1).equals("1")
                            && !cells.get(1).equals("label_id")) {
                        texts.add(new Labelled(
                                "vihsd", Direction.OUTPUT, cells.get(1).equals("2"), cells.get(0)));
                    }
                }
            }
            case "hi" -> {
                for (List<String> cells : data.table("hindi-hostility/valid.csv", ',')) {
                    hostile(texts, cells);
                }
            }
            case "ja" -> {
                for (List<String> cells : data.table("japanese-toxic/subset.csv", ',')) {
                    toxic(texts, cells);
                }
            }
            case "fi" -> {
                for (List<String> cells : data.table("finnish-toxicity-suomi24/all_annotations.tsv", '\t')) {
                    finnish(texts, cells);
                }
            }
            default -> throw new IllegalArgumentException(language);
        }
        safetyBenchmark(texts, language);
        return texts;
    }

    private void kept(List<Labelled> texts, String language) {
        for (DevelopmentData.Question question : data.catQa(language)) {
            if (question.kept()) {
                texts.add(new Labelled("catqa", Direction.PROMPT, true, question.text()));
            }
        }
    }

    private static void hostile(List<Labelled> texts, List<String> cells) {
        String label = cells.getLast();
        boolean hurts = label.contains("hate") || label.contains("offensive");
        if (hurts || label.equals("non-hostile")) {
            texts.add(new Labelled("hostility", Direction.OUTPUT, hurts, cells.get(cells.size() - 2)));
        }
    }

    private static void toxic(List<Labelled> texts, List<String> cells) {
        if (cells.size() > 5 && !cells.get(0).equals("id")) {
            int not = Integer.parseInt(cells.get(2));
            int toxic = Integer.parseInt(cells.get(4)) + Integer.parseInt(cells.get(5));
            if (toxic > not + TOXIC_ABOVE || toxic == 0) {
                texts.add(new Labelled("japanese-toxic", Direction.OUTPUT, toxic > 0, cells.get(1)));
            }
        }
    }

    private static void finnish(List<Labelled> texts, List<String> cells) {
        if (cells.size() == 3 && !cells.get(0).equals("ID")) {
            boolean harmless = cells.get(1).equals("not-toxicity");
            if (harmless || !cells.get(1).startsWith("not-")) {
                texts.add(new Labelled("suomi24", Direction.OUTPUT, !harmless, cells.get(2)));
            }
        }
    }

    private void safetyBenchmark(List<Labelled> texts, String language) {
        for (String file : data.files("xsafety/" + language)) {
            for (List<String> cells : data.table(file, ',')) {
                String text = cells.getFirst().strip();
                if (named(file, ASKING_FOR_HARM)) {
                    texts.add(new Labelled("xsafety", Direction.PROMPT, true, text));
                } else if (named(file, HURTING)) {
                    texts.add(new Labelled("xsafety", Direction.OUTPUT, true, text));
                } else if (named(file, NOT_HARMFUL)) {
                    texts.add(new Labelled("xsafety", Direction.PROMPT, false, text));
                    texts.add(new Labelled("xsafety", Direction.OUTPUT, false, text));
                }
            }
        }
    }

    private static boolean named(String file, List<String> names) {
        return names.stream().anyMatch(file::contains);
    }

    private List<Labelled> own(String language) {
        Path file = root.resolve("infra/bench/safety/heldout/" + language + ".tsv");
        return Files.exists(file)
                ? lines(file).stream()
                        .map(line -> line.split("\t", -1))
                        .map(cells -> new Labelled(
                                "own", Direction.find(cells[1]).orElseThrow(), cells[0].equals("harmful"), cells[2]))
                        .toList()
                : List.of();
    }

    /// A text of the project's own with the kind of harm that it does or is near to.
    record InCategory(String category, Labelled text) {}

    /// Harmful texts of each kind and harmless neighbours; they count by kind only.
    List<InCategory> byCategory(String language) {
        return lines(root.resolve("infra/bench/safety/heldout/categories/" + language + ".tsv")).stream()
                .map(line -> line.split("\t", -1))
                .map(cells -> new InCategory(
                        cells[0],
                        new Labelled(
                                "own", Direction.find(cells[2]).orElseThrow(), cells[1].equals("harmful"), cells[3])))
                .toList();
    }

    /// News and travel sentences, none of them harmful.
    List<String> ordinaryText(String language) {
        return data.lines("flores200/dev/" + FLORES.get(language) + ".dev");
    }

    /// Everyday questions and instructions: the project's own, questions of treebanks and arithmetic problems.
    List<String> ordinaryQuestions(String language) {
        List<String> found =
                new ArrayList<>(lines(root.resolve("infra/bench/safety/heldout/ordinary-" + language + ".txt")));
        Predicate<String> question = line -> line.strip().matches(".*[?？]$") && line.length() > QUESTION_WORDS_MIN * 4;
        data.files("ud-text-" + language).stream()
                .filter(file -> file.contains("-ud-"))
                .flatMap(file -> data.lines(file).stream())
                .filter(question)
                .forEach(found::add);
        data.table("mgsm/mgsm_" + language.toLowerCase(Locale.ROOT) + ".tsv", '\t')
                .forEach(cells -> found.add(cells.getFirst()));
        return found;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw CliException.refused("cannot read " + file + ": " + e.getMessage());
        }
    }
}
