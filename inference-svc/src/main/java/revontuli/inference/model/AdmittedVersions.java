package revontuli.inference.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import revontuli.transparency.crypto.Digest;

/// The versions that were verified, and those that were revoked. Survives a crash: what [#add] and [#revoke] wrote is
/// there once their unit of work has committed. Nothing is ever deleted.
public interface AdmittedVersions {
    Optional<AdmittedVersion> find(VersionName name);

    /// Adds a version that is not there yet.
    void add(AdmittedVersion version);

    /// Writes a revocation down; false when it is there already.
    boolean revoke(Revocation revocation);

    boolean isRevoked(VersionName name, Digest digest);

    /// Verified and not revoked, newest admission first, at most so many.
    List<AdmittedVersion> servable(int max);

    /// Names of revoked versions, newest revocations first, at most so many.
    Set<VersionName> revoked(int max);
}
