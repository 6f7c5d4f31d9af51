/// The launcher: Postgres and Kafka in this process, the four services as children, and an orderly end for all of
/// them.
///
/// What the services do does not belong here, nor does calling them; a child is a command line, a settings file, a
/// log and a readiness address.
@NullMarked
package revontuli.cli.stack;

import org.jspecify.annotations.NullMarked;
