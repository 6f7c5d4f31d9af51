/// Kafka at the edge: submissions in, announcements out through the outbox.
@NullMarked
package revontuli.trainer.kafka;

import org.jspecify.annotations.NullMarked;
