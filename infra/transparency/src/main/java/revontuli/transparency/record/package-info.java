/// Audit records and the leaves they become. The byte form is final: evidence is never rewritten.
///
/// Does not belong here: where records are kept, and rules that span several records.
@NullMarked
package revontuli.transparency.record;

import org.jspecify.annotations.NullMarked;
