/// Events on Kafka: outbox and its relay, inbox, consumers, dead letters.
@NullMarked
package revontuli.platform.kafka;

import org.jspecify.annotations.NullMarked;
