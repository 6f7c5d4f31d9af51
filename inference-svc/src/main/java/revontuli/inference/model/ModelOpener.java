package revontuli.inference.model;

/// Loads the files of a manifest from the artifact store. Called on a platform thread.
@FunctionalInterface
public interface ModelOpener {
    /// Every file is hashed as it is read and refused if it is not what the manifest says.
    OpenedModel open(Manifest manifest) throws LoadRejected;
}
