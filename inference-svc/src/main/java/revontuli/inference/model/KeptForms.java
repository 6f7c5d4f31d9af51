package revontuli.inference.model;

import java.util.List;
import java.util.Optional;
import revontuli.transparency.crypto.Digest;

/// What this instance knows of the files of rounded weights beside it.
public interface KeptForms {
    Optional<KeptForm> find(Digest model, String form);

    /// Writes it down, in the place of what was known of this model in this form.
    void put(KeptForm kept);

    void remove(Digest model, String form);

    /// At most so many, those first that were not used for longest.
    List<KeptForm> oldest(int max);
}
