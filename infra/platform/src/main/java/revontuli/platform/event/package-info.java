/// Events as features see them: envelopes and the port that sends them. No broker here.
@NullMarked
package revontuli.platform.event;

import org.jspecify.annotations.NullMarked;
