/// Events in and out: sealed records for the ledger, news of keys. What they mean does not belong here.
@NullMarked
package revontuli.safety.kafka;

import org.jspecify.annotations.NullMarked;
