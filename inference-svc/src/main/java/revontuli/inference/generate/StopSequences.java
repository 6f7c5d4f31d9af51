package revontuli.inference.generate;

import java.util.List;

/// Ends a text before the first stop sequence in it. Holds back what may be the beginning of one.
final class StopSequences {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean met;

    StopSequences(List<String> stops) {
        this.stops = List.copyOf(stops);
    }

    /// Text that is before any stop sequence for certain.
    String append(String text) {
        if (met) {
            return "";
        }
        held.append(text);
        int first = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
            }
        }
        met = first >= 0;
        int pass = met ? first : held.length() - mayBegin();
        String out = held.substring(0, pass);
        held.delete(0, pass);
        return out;
    }

    boolean met() {
        return met;
    }

    /// What was held back, when no more text comes.
    String finish() {
        String rest = met ? "" : held.toString();
        held.setLength(0);
        return rest;
    }

    /// Length of the longest end of the text that begins a stop sequence; never half of a surrogate pair.
    private int mayBegin() {
        int longest = 0;
        for (String stop : stops) {
            for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
                if (stop.startsWith(held.substring(held.length() - n))) {
                    longest = n;
                }
            }
        }
        int border = held.length() - longest;
        boolean splits = longest > 0
                && border > 0
                && Character.isLowSurrogate(held.charAt(border))
                && Character.isHighSurrogate(held.charAt(border - 1));
        return splits ? longest + 1 : longest;
    }
}
