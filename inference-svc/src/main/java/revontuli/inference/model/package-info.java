/// Which versions may be served, because this service verified it itself, and which are loaded. Generation and
/// moderation do not belong here.
@NullMarked
package revontuli.inference.model;

import org.jspecify.annotations.NullMarked;
