package revontuli.inference.model;

import revontuli.platform.paging.ResourceNames;

/// Which model a request means.
public sealed interface ModelTarget {
    String model();

    /// `models/{model}`: the newest version that is served.
    record Newest(String model) implements ModelTarget {}

    record Exactly(VersionName version) implements ModelTarget {
        @Override
        public String model() {
            return version.model();
        }
    }

    static ModelTarget parse(String field, String name) {
        return name.contains("/versions/")
                ? new Exactly(VersionName.parse(field, name))
                : new Newest(ResourceNames.parse(field, "models", name));
    }
}
