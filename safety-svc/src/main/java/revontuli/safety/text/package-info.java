/// The forms in which one text is read, each with a way back to the original, so that disguises do not hide words.
/// What a word means does not belong here. All offsets are UTF-16 units of the original.
@NullMarked
package revontuli.safety.text;

import org.jspecify.annotations.NullMarked;
