/// Tests over the wire, and what they need: a peer that judges as told, models that say what is scripted.
@NullMarked
package revontuli.inference;

import org.jspecify.annotations.NullMarked;
