package revontuli.safety.screen;

import java.util.ArrayList;
import java.util.List;
import revontuli.safety.personal.PersonalScan;
import revontuli.safety.personal.Sighting;
import revontuli.safety.policy.Category;
import revontuli.safety.policy.Direction;
import revontuli.safety.text.View;

/// Personal data as a stage; it reads the views in which digits are as written.
public final class PersonalDetector implements Detector {
    @Override
    public String stage() {
        return "personal-data";
    }

    @Override
    public List<Finding> read(View view, Direction direction, boolean opening) {
        List<Finding> findings = new ArrayList<>();
        if (view.literal()) {
            for (Sighting sighting : PersonalScan.in(view.text().text())) {
                String kind = sighting.kind().id();
                findings.add(new Finding(
                        Category.PERSONAL_DATA,
                        kind,
                        kind,
                        stage(),
                        view.name(),
                        view.text().original(sighting.start(), sighting.end()),
                        sighting.score()));
            }
        }
        return findings;
    }
}
