/// Byte-level BPE as `tokenizer.json` describes it: the same ids as the reference library, from hand-written scanners
/// and a merge whose cost is near linear. No native code, no reflection; Jackson's streaming parser is all it needs.
@NullMarked
package revontuli.bpe;

import org.jspecify.annotations.NullMarked;
