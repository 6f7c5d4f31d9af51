package revontuli.trainer.job;

import revontuli.transparency.crypto.Digest;

/// Where a job stands. A transition is a method of the states that allow it; what has ended has none.
///
/// The same table stands in the database (a trigger) and in the verifier of audit exports.
public sealed interface JobState {

    /// Upper-case word, as tables, records and events have it.
    default String word() {
        return switch (this) {
            case Queued _ -> "QUEUED";
            case Preparing _ -> "PREPARING";
            case Running _ -> "RUNNING";
            case Evaluating _ -> "EVALUATING";
            case Paused _ -> "PAUSED";
            case Succeeded _ -> "SUCCEEDED";
            case Failed _ -> "FAILED";
            case Cancelled _ -> "CANCELLED";
        };
    }

    default boolean ended() {
        return this instanceof Ended;
    }

    /// Nothing comes after it.
    sealed interface Ended extends JobState {}

    /// May be ended by people.
    sealed interface Cancellable extends JobState {
        default Cancelled cancel(Failure why) {
            return new Cancelled(why);
        }
    }

    /// May fail.
    sealed interface Failable extends JobState {
        default Failed fail(Failure why) {
            return new Failed(why);
        }
    }

    /// May be stopped for a while.
    sealed interface Pausable extends JobState {
        default Paused pause() {
            return new Paused();
        }
    }

    /// May go back to the queue when what worked on it is gone.
    sealed interface Requeuable extends JobState {
        default Queued requeue() {
            return new Queued();
        }
    }

    /// Waits for a runner.
    record Queued() implements Cancellable, Failable, Pausable {
        public Preparing prepare() {
            return new Preparing();
        }
    }

    /// Its data is tokenized.
    record Preparing() implements Cancellable, Failable, Pausable, Requeuable {
        public Running run() {
            return new Running();
        }
    }

    /// A worker trains.
    record Running() implements Cancellable, Failable, Pausable, Requeuable {
        public Evaluating evaluate(Digest manifest) {
            return new Evaluating(manifest);
        }
    }

    /// The result lies in the store and is being registered.
    record Evaluating(Digest manifest) implements Cancellable, Failable, Requeuable {
        public Succeeded succeed(String candidate) {
            return new Succeeded(manifest, candidate);
        }
    }

    /// Stopped by an operator.
    record Paused() implements Cancellable {
        public Queued resume() {
            return new Queued();
        }
    }

    /// Ended with a candidate, `models/{model}/versions/{version}`.
    record Succeeded(Digest manifest, String candidate) implements Ended {}

    record Failed(Failure why) implements Ended {}

    record Cancelled(Failure why) implements Ended {}
}
