package revontuli.cli.bench.engine;

/// One engine with one model, asked for steps.
interface EnginePeer extends AutoCloseable {
    String name();

    /// Version, form of the weights and threads, for the result.
    String version();

    /// Milliseconds of each of so many steps that decode one token for each of so many streams, which hold
    /// [#CONTEXT] tokens at first.
    double[] decode(int streams, int steps);

    /// Milliseconds of each of so many fillings of an empty slot.
    double[] prefill(int tokens, int times);

    @Override
    void close();

    int CONTEXT = 32;

    /// The id at a place of a prompt; the same for all engines.
    static int promptId(int position, int stream) {
        return (position * 7919 + stream) % 49_000;
    }

    /// The id that a step appends; the same for all engines.
    static int stepId(int step, int stream) {
        return (step * 31 + stream) % 49_000;
    }
}
