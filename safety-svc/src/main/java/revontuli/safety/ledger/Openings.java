package revontuli.safety.ledger;

import java.util.List;
import revontuli.transparency.receipt.Receipt;

/// The salts of commitments that were made to the texts of a subject. What was erased is not among them.
@FunctionalInterface
public interface Openings {
    List<Receipt.Opening> of(String tenant, String subject);
}
