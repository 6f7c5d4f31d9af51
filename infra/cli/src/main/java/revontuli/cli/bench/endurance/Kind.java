package revontuli.cli.bench.endurance;

import java.util.Locale;

/// What kinds of calls are mixed.
enum Kind {
    STREAM("32 sampled tokens, read as they come"),
    SHARED_PROMPT("8 tokens behind a prompt whose beginning all of these share"),
    CANCELLED("cancelled by the reader after the first piece"),
    SLOW_READER("48 tokens, 50 ms between two pieces"),
    SAMPLES("8 samples of one prompt, 8 tokens each"),
    DETAILS("penalties, bias, min-p, log-probabilities of output and prompt"),
    SCORE("log-likelihood of a continuation"),
    REFUSED("a prompt that the policy refuses"),
    BAD_REQUEST("a field out of range, a model that is none, a prompt too long, by turns"),
    DEADLINE("a deadline of 20 ms"),
    HTTP("OpenAI's interface, two samples, whole"),
    HTTP_STREAM("OpenAI's interface, server-sent events"),
    HTTP_GONE("the same, the connection closed after the first event");

    private final String meaning;

    Kind(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
