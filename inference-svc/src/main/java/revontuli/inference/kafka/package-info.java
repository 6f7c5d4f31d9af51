/// What the service hears over Kafka: that a version may be served, or may no longer be.
@NullMarked
package revontuli.inference.kafka;

import org.jspecify.annotations.NullMarked;
