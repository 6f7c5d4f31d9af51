package revontuli.embedded.postgres;

import java.util.regex.Pattern;

/// One service's database with its two roles: the owner makes the tables, the app works with rows and nothing else.
public record ServiceDatabase(String name, String ownerPassword, String appPassword) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

    public ServiceDatabase {
        if (!NAME.matcher(name).matches() || "postgres".equals(name) || name.startsWith("template")) {
            throw new IllegalArgumentException("not a database name of a service: " + name);
        }
        if (ownerPassword.length() < 16 || appPassword.length() < 16 || ownerPassword.equals(appPassword)) {
            throw new IllegalArgumentException(
                    "ownerPassword and appPassword must differ and have 16 characters or more");
        }
    }

    public String owner() {
        return name + "_owner";
    }

    public String app() {
        return name + "_app";
    }

    @Override
    public String toString() {
        return "ServiceDatabase[" + name + "]";
    }
}
