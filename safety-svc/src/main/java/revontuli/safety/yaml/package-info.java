/// Strict reading of small YAML files that people write: every refusal names the path, the line and the way out.
/// What a file means belongs to the room that reads it, not here.
@NullMarked
package revontuli.safety.yaml;

import org.jspecify.annotations.NullMarked;
