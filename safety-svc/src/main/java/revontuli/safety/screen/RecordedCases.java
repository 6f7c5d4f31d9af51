package revontuli.safety.screen;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import revontuli.safety.policy.Direction;

/// Harmful and harmless texts in five languages by which a new version of a policy is tried before it takes force.
public final class RecordedCases {
    private static final String FOLDER = "/revontuli/cases/";
    private static final List<String> LANGUAGES = List.of("en", "fi", "hi", "ja", "vi");

    private final List<Case> cases;

    private RecordedCases(List<Case> cases) {
        this.cases = List.copyOf(cases);
    }

    /// A text with the truth about it.
    public record Case(String language, boolean harmful, Direction direction, String text) {}

    /// How a screener does on the cases.
    ///
    /// @param missed harmful texts that it lets go on
    /// @param refused harmless texts that it refuses
    public record Outcome(int harmful, int missed, int harmless, int refused) {}

    /// Those that come with the suite. Reads resources: make them once.
    public static RecordedCases shipped() {
        List<Case> cases = new ArrayList<>();
        for (String language : LANGUAGES) {
            for (String line : lines(FOLDER + language + ".tsv")) {
                String[] cells = line.split("\t", -1);
                cases.add(new Case(
                        language,
                        cells[0].equals("harmful"),
                        Direction.find(cells[1]).orElseThrow(),
                        cells[2]));
            }
        }
        return new RecordedCases(cases);
    }

    public List<Case> all() {
        return cases;
    }

    public Outcome tried(Screener screener) {
        int harmful = 0;
        int missed = 0;
        int refused = 0;
        for (Case one : cases) {
            boolean refuses =
                    screener.screen(one.direction(), one.text()).verdict().refuses();
            harmful += one.harmful() ? 1 : 0;
            missed += one.harmful() && !refuses ? 1 : 0;
            refused += !one.harmful() && refuses ? 1 : 0;
        }
        return new Outcome(harmful, missed, cases.size() - harmful, refused);
    }

    private static List<String> lines(String name) {
        try (InputStream in = RecordedCases.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
