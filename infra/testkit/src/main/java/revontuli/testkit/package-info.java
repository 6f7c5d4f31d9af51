/// What every service needs in tests: a real Postgres and Kafka, callers with keys, a load gate, the rules of the
/// house.
@NullMarked
package revontuli.testkit;

import org.jspecify.annotations.NullMarked;
