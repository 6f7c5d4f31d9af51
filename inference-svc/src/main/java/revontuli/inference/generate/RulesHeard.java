package revontuli.inference.generate;

import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;

/// The newest version of the policy that was heard of here. Rules that were replaced before a question was asked may
/// not answer it: such an answer, one by another policy, and one by other bytes under the same name are no verdicts.
///
/// Known since this instance started; after a restart the first answer counts.
public final class RulesHeard {
    private static final Pattern NAME = Pattern.compile("policies/([a-z][a-z0-9-]{0,62})/versions/([1-9][0-9]{0,8})");

    private final AtomicReference<@Nullable Rules> newest = new AtomicReference<>();

    private record Rules(String policy, int version, Digest digest) {
        static Rules of(String policy, Digest digest) {
            Matcher name = NAME.matcher(policy);
            if (!name.matches()) {
                throw new NoVerdict("safety-svc: no name of a policy");
            }
            return new Rules(name.group(1), Integer.parseInt(name.group(2)), digest);
        }
    }

    /// What was known when a question was asked.
    public final class Asked {
        private final @Nullable Rules known;

        private Asked(@Nullable Rules known) {
            this.known = known;
        }

        /// Checks that these rules may answer.
        ///
        /// @param policy `policies/{policy}/versions/{version}`
        /// @param digest of the policy's exact bytes
        public void require(String policy, Digest digest) {
            Rules rules = Rules.of(policy, digest);
            if (known != null) {
                requireSuccessor(known, rules);
            }
            newest.accumulateAndGet(rules, RulesHeard::newer);
        }
    }

    private static void requireSuccessor(Rules known, Rules rules) {
        if (!rules.policy().equals(known.policy())) {
            throw new NoVerdict("safety-svc: another policy than before");
        }
        if (rules.version() < known.version()) {
            throw new NoVerdict("safety-svc: stale rules, version " + rules.version() + " after " + known.version());
        }
        if (rules.version() == known.version() && !rules.digest().equals(known.digest())) {
            throw new NoVerdict("safety-svc: other rules under the name of version " + rules.version());
        }
    }

    /// To be taken before the question is sent.
    public Asked asked() {
        return new Asked(newest.get());
    }

    private static Rules newer(@Nullable Rules known, Rules heard) {
        return known == null || heard.version() > known.version() ? heard : known;
    }
}
