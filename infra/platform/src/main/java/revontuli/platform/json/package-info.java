/// Strict reading of JSON that people or other programs wrote: one value, no second meaning.
///
/// What the fields mean does not belong here; what is signed or hashed is canonical JSON of the transparency module.
@NullMarked
package revontuli.platform.json;

import org.jspecify.annotations.NullMarked;
