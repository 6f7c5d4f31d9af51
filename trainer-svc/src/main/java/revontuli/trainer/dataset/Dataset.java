package revontuli.trainer.dataset;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.transparency.crypto.Digest;

/// A registered data set: a fact that never changes.
///
/// @param name `datasets/{dataset}`
/// @param digest of the exact JSON Lines file
/// @param documents lines
/// @param textBytes UTF-8 bytes of all texts
public record Dataset(
        String name,
        String tenant,
        Digest digest,
        Description about,
        long documents,
        long textBytes,
        Instant createTime) {

    /// What people must know of it before they train on it.
    public record Description(String language, String license, String origin) {
        private static final Set<String> LANGUAGES = Set.of("en", "fi", "hi", "ja", "vi", "code");
        private static final int LICENSE_CHARS_MAX = 200;
        private static final int ORIGIN_CHARS_MAX = 1_000;

        public Description {
            if (!LANGUAGES.contains(language)) {
                throw new Fault.Invalid(
                                "UNKNOWN_LANGUAGE",
                                "language: must be one of en, fi, hi, ja, vi, code",
                                Map.of("field", "language"))
                        .toException();
            }
            if (license.isBlank()) {
                throw Fault.invalid(
                        "LICENSE_MISSING",
                        "license",
                        "say under which terms the text may be used (SPDX where it fits)");
            }
            line("license", license, LICENSE_CHARS_MAX);
            line("origin", origin, ORIGIN_CHARS_MAX);
        }

        private static void line(String field, String text, int charsMax) {
            if (text.isBlank() || text.length() > charsMax || text.chars().anyMatch(Character::isISOControl)) {
                throw Fault.invalid("OUT_OF_RANGE", field, "must be one line of 1 to " + charsMax + " characters");
            }
        }
    }

    /// Data sets of the suite itself are everybody's.
    public boolean visibleTo(Caller caller) {
        return caller.sees(tenant) || tenant.equals(Caller.SYSTEM_TENANT);
    }

    /// What may be trained on: one's own, and the suite's. That a caller may read more (an auditor does) is not enough.
    public boolean usableBy(Caller caller) {
        return caller.tenant().equals(tenant) || tenant.equals(Caller.SYSTEM_TENANT);
    }

    /// Whether the same thing is registered again.
    boolean sameFacts(Dataset other) {
        return tenant.equals(other.tenant) && digest.equals(other.digest) && about.equals(other.about);
    }
}
