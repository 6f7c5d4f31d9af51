package revontuli.causallm;

import ai.djl.pytorch.jni.IValue;

/// Weights in the form that the script takes.
interface WeightList extends AutoCloseable {
    IValue list();

    /// Frees the list; the tensors live as long as their [Torch].
    @Override
    void close();
}
