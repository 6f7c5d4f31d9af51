/// Real Kafka brokers (KRaft), in this JVM or one process each, with users, grants and topics as told.
///
/// Which topics exist does not belong here; the contracts say so.
@NullMarked
package revontuli.embedded.kafka;

import org.jspecify.annotations.NullMarked;
