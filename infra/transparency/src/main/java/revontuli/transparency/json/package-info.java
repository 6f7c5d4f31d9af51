/// Canonical JSON: one value has one byte form, and only that form is signed or hashed.
///
/// Does not belong here: what any field means, or JSON for people, which may be written in many ways.
@NullMarked
package revontuli.transparency.json;

import org.jspecify.annotations.NullMarked;
