package revontuli.cli.safety;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import revontuli.safety.policy.Direction;
import revontuli.safety.screen.Screener;

/// Times all stages on texts of 512 UTF-16 units, one after another on one thread.
final class SpeedBench {
    private static final int UNITS = 512;
    private static final int WARM = 2_000;
    private static final int MEASURED = 4_000;
    private static final List<String> SENTENCES = List.of(
            "The ferry left the harbour early and the sea was calm all the way to the islands. Write to me tomorrow. ",
            "Lautta lähti satamasta aikaisin ja meri oli tyyni koko matkan saarille saakka. Kirjoita minulle huomenna. ",
            "नाव सुबह बंदरगाह से निकली और पूरे रास्ते समुद्र शांत था। कल मुझे लिखना और घर आना। ",
            "船は朝早く港を出て、島に着くまで海はずっと穏やかだった。明日、手紙を書いてください。",
            "Chuyến phà rời cảng từ sớm và biển lặng suốt đường ra đảo. Ngày mai nhớ viết cho tôi nhé. ");

    private final Screener screener;

    SpeedBench(Screener screener) {
        this.screener = screener;
    }

    void run(ObjectNode result) {
        List<String> texts = new ArrayList<>();
        for (String sentence : SENTENCES) {
            texts.add(sentence.repeat(UNITS / sentence.length() + 1).substring(0, UNITS));
        }
        for (int i = 0; i < WARM; i++) {
            screener.screen(Direction.PROMPT, texts.get(i % texts.size()));
        }
        double[] millis = new double[MEASURED];
        long begin = System.nanoTime();
        for (int i = 0; i < MEASURED; i++) {
            long before = System.nanoTime();
            screener.screen(Direction.PROMPT, texts.get(i % texts.size()));
            millis[i] = (System.nanoTime() - before) / (double) TimeUnit.MILLISECONDS.toNanos(1);
        }
        double seconds = (System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
        SafetyBench.number(result, "p50_ms", Ranking.quantile(millis, 0.5));
        SafetyBench.number(result, "p99_ms", Ranking.quantile(millis, 0.99));
        SafetyBench.number(result, "texts_per_s_core", MEASURED / seconds);
    }
}
