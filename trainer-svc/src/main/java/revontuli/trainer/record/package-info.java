/// What every act that must leave a trace needs. The traces themselves are written by the features.
@NullMarked
package revontuli.trainer.record;

import org.jspecify.annotations.NullMarked;
