package revontuli.inference.djl;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import revontuli.inference.model.KeptForm;
import revontuli.inference.model.KeptForms;
import revontuli.transparency.crypto.Digest;

/// What is known of kept forms, in memory.
final class ListedForms implements KeptForms {
    private final List<KeptForm> forms = new ArrayList<>();

    @Override
    public Optional<KeptForm> find(Digest model, String form) {
        return forms.stream()
                .filter(kept -> kept.model().equals(model) && kept.form().equals(form))
                .findFirst();
    }

    @Override
    public void put(KeptForm kept) {
        remove(kept.model(), kept.form());
        forms.add(kept);
    }

    @Override
    public void remove(Digest model, String form) {
        forms.removeIf(kept -> kept.model().equals(model) && kept.form().equals(form));
    }

    @Override
    public List<KeptForm> oldest(int max) {
        return forms.stream()
                .sorted(Comparator.comparing(KeptForm::used))
                .limit(max)
                .toList();
    }
}
