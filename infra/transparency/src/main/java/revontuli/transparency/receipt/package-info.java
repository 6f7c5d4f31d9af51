/// Receipts: everything that the log knows of one generation and of what it rests on, in one file that is verified
/// offline.
///
/// Does not belong here: which records a receipt holds (the ledger chooses them), and where its texts are kept.
@NullMarked
package revontuli.transparency.receipt;

import org.jspecify.annotations.NullMarked;
