package revontuli.cli.safety;

import java.util.List;
import revontuli.safety.policy.Direction;
import revontuli.safety.screen.Screened;
import revontuli.safety.screen.Screener;
import revontuli.safety.screen.StreamScreener;
import revontuli.safety.screen.Verdict;

/// Streams that hold something to refuse: what of it gets out.
final class StreamBench {
    private static final int STREAMS_A_LANGUAGE = 40;
    private static final int PIECE = 7;
    private static final String CALM = "The ferry left the harbour early and the sea was calm all the way. ";

    private final Screener screener;
    private final SafetyTexts texts;

    StreamBench(Screener screener, SafetyTexts texts) {
        this.screener = screener;
        this.texts = texts;
    }

    /// Units of refused stretches that were released, over streams that begin harmlessly and then turn harmful.
    long unitsOutOfRefusedStretches() {
        long units = 0;
        for (String language : SafetyTexts.LANGUAGES) {
            List<String> harmful = texts.labelled(language).stream()
                    .filter(one -> one.harmful() && one.direction() == Direction.OUTPUT)
                    .map(SafetyTexts.Labelled::text)
                    .filter(text -> text.length() < 400)
                    .limit(STREAMS_A_LANGUAGE)
                    .toList();
            for (int i = 0; i < harmful.size(); i++) {
                units += out(CALM.repeat(3).substring(i) + harmful.get(i) + " " + CALM.repeat(3));
            }
        }
        return units;
    }

    private long out(String text) {
        Screened whole = screener.screen(Direction.OUTPUT, text);
        if (!whole.verdict().refuses()) {
            return 0;
        }
        StreamScreener stream = screener.stream(Direction.OUTPUT);
        long released = 0;
        for (int at = 0; at < text.length(); at += PIECE) {
            released = stream.append(text.substring(at, Math.min(text.length(), at + PIECE)))
                    .releasedIndex();
        }
        StreamScreener.Step end = stream.finish();
        released = Math.max(released, end.releasedIndex());
        Verdict verdict = end.verdict().orElseThrow();
        if (!verdict.refuses()) {
            return text.length();
        }
        long first = verdict.grounds().findings().stream()
                .mapToLong(finding -> finding.span().start())
                .min()
                .orElse(text.length());
        return Math.max(0, released - first);
    }
}
