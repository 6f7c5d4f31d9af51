/// The life of API keys: who may make which, and what is told about it. Looking keys up at a call does not belong here.
@NullMarked
package revontuli.safety.keys;

import org.jspecify.annotations.NullMarked;
