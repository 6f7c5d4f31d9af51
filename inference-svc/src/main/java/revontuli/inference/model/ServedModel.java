package revontuli.inference.model;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import revontuli.inference.admit.Batcher;
import revontuli.inference.engine.Engine;
import revontuli.inference.engine.EngineFacts;
import revontuli.transparency.crypto.Digest;

/// A version in memory with its batch. Whoever uses it holds a lease; it is closed once it is retired and nobody holds
/// one, so that a running generation ends on the version it began with.
public final class ServedModel {
    private static final int RETIRED = Integer.MIN_VALUE / 2;

    private final ServedIdentity identity;
    private final OpenedModel opened;
    private final Optional<ChatTemplate> template;
    private final Batcher batcher;
    private final long bytes;
    private final AtomicInteger leases = new AtomicInteger();

    ServedModel(
            ServedIdentity identity, OpenedModel opened, Optional<ChatTemplate> template, Batcher batcher, long bytes) {
        this.identity = identity;
        this.opened = opened;
        this.template = template;
        this.batcher = batcher;
        this.bytes = bytes;
    }

    public ServedIdentity identity() {
        return identity;
    }

    public VersionName name() {
        return identity.name();
    }

    public EngineFacts facts() {
        return opened.engine().facts();
    }

    /// For choosers and probabilities only: steps belong to the batch.
    public Engine engine() {
        return opened.engine();
    }

    public TextCodec codec() {
        return opened.codec();
    }

    /// The chat template that it brought along.
    public Optional<ChatTemplate> template() {
        return template;
    }

    /// Ids that end a text.
    ///
    /// @param answer whether the text is an answer in a dialogue
    public Set<Integer> ends(boolean answer) {
        Set<Integer> ends = new TreeSet<>();
        facts().endOfText().ifPresent(ends::add);
        template.filter(_ -> answer).map(ChatTemplate::end).ifPresent(end -> end.ifPresent(ends::add));
        return ends;
    }

    public Batcher batcher() {
        return batcher;
    }

    /// Digest of the rounded weights in a file that it was loaded from or that were written on the way.
    Optional<Digest> packed() {
        return opened.packed();
    }

    long bytes() {
        return bytes;
    }

    /// False once it is retired.
    boolean tryLease() {
        int before;
        do {
            before = leases.get();
            if (before < 0) {
                return false;
            }
        } while (!leases.compareAndSet(before, before + 1));
        return true;
    }

    void endLease() {
        leases.decrementAndGet();
    }

    /// No new leases from now on.
    void retire() {
        leases.updateAndGet(count -> count < 0 ? count : count + RETIRED);
    }

    boolean unused() {
        return leases.get() == RETIRED;
    }

    void close() {
        batcher.close();
        opened.close();
    }
}
