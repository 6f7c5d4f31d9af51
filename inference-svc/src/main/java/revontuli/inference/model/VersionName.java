package revontuli.inference.model;

import revontuli.platform.paging.ResourceNames;

/// `models/{model}/versions/{version}`, checked once here.
public record VersionName(String model, int version) implements Comparable<VersionName> {

    /// Reads the name, or refuses it with MALFORMED_NAME naming the field.
    public static VersionName parse(String field, String name) {
        String[] parts = ResourceNames.parseVersion(field, "models", name).split("/", -1);
        return new VersionName(parts[1], Integer.parseInt(parts[3]));
    }

    /// By model, then by number.
    @Override
    public int compareTo(VersionName other) {
        int byModel = model.compareTo(other.model);
        return byModel != 0 ? byModel : Integer.compare(version, other.version);
    }

    @Override
    public String toString() {
        return "models/" + model + "/versions/" + version;
    }
}
