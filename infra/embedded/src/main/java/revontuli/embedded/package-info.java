/// What both embedded servers share: ports and quiet logs.
///
/// This module starts real servers from Maven artifacts for the launcher and for tests. It knows nothing of the
/// services: which databases, topics and principals exist is told to it.
@NullMarked
package revontuli.embedded;

import org.jspecify.annotations.NullMarked;
