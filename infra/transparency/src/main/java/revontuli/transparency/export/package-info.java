/// A log as a directory that can be carried away: written by the ledger, verified by anybody, offline.
///
/// Does not belong here: databases and networks; verification reads these files and one public key, nothing else.
@NullMarked
package revontuli.transparency.export;

import org.jspecify.annotations.NullMarked;
