package revontuli.embedded.kafka;

/// One broker, in whatever process. Data and ports stay the same over stops and starts.
interface Node {
    /// Begins the start; a single node of three is not ready before a second one runs.
    void start();

    /// Returns when the node serves clients.
    void awaitStarted();

    /// Hands over its leaderships and ends. Does nothing when the node is not running.
    void stop();

    /// Ends without a word, as a crash does.
    void kill();

    boolean isRunning();
}
