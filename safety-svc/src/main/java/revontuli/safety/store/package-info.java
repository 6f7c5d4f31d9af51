/// What is kept in Postgres, behind the features' ports.
///
/// The log is plain SQL: exact bytes, one statement a step, and lists whose filters are composed. The small tables are
/// Panache repositories. What a table means does not belong here.
@NullMarked
package revontuli.safety.store;

import org.jspecify.annotations.NullMarked;
