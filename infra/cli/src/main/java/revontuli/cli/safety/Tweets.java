package revontuli.cli.safety;

import java.util.ArrayList;
import java.util.List;

/// The English tweets: hateful or offensive against neither.
final class Tweets {
    private static final int KEPT_ONE_IN = 5;
    private static final int CELLS = 7;

    private Tweets() {}

    /// `kept` for measuring.
    record Tweet(String text, boolean hateful, boolean harmful, boolean kept) {}

    static List<Tweet> read(DevelopmentData data) {
        List<Tweet> tweets = new ArrayList<>();
        for (List<String> cells : data.table("davidson-en/labeled_data.csv", ',')) {
            if (cells.size() >= CELLS && !cells.get(5).equals("class")) {
                String text = cells.get(6)
                        .replaceAll("&[a-z]+;|&#\\d+;|https?://\\S+|@\\w+|\\bRT\\b", " ")
                        .replaceAll("\\s+", " ")
                        .strip();
                String label = cells.get(5);
                tweets.add(new Tweet(text, label.equals("0"), !label.equals("2"), tweets.size() % KEPT_ONE_IN == 0));
            }
        }
        return tweets;
    }
}
