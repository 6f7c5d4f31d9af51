/// Measurements that anybody can repeat: each prints a table and JSON, with command, machine, commit and date.
///
/// Results that are kept lie in `infra/bench`. What is measured does not belong here.
@NullMarked
package revontuli.cli.bench;

import org.jspecify.annotations.NullMarked;
