/// The verbs that work on files without any running service: they use the services' own feature rooms in this
/// process.
@NullMarked
package revontuli.cli.offline;

import org.jspecify.annotations.NullMarked;
