/// What every service needs at run time, one small room each. Nothing of a single domain lives here.
@NullMarked
package revontuli.platform;

import org.jspecify.annotations.NullMarked;
