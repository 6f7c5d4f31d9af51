/// How long queries of a large audit log take: a running stack whose log was grown with generated records.
@NullMarked
package revontuli.cli.bench.query;

import org.jspecify.annotations.NullMarked;
