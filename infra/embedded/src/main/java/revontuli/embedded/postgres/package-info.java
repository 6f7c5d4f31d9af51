/// A real PostgreSQL server as a child process: unpacked, made, started, filled with databases and roles, stopped.
///
/// Schemas and tables do not belong here; they come from the services' migrations.
@NullMarked
package revontuli.embedded.postgres;

import org.jspecify.annotations.NullMarked;
