/// What the audit ledger withstands: rates, proofs, tampering, kills, seeded bugs.
@NullMarked
package revontuli.cli.bench.ledger;

import org.jspecify.annotations.NullMarked;
