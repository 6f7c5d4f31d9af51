package revontuli.inference.admit;

import java.util.Arrays;
import revontuli.inference.engine.Engine;

/// The slots of an engine and the prompts that lie in them, also after their sequences have left: a later prompt of the
/// **same tenant** that begins alike is not computed again.
///
/// Only whole pieces of a prompt are reused (`prefillChunk` ids from position 0), because only those have the bits that
/// a fresh computation would give; ids that were drawn are never reused. Belongs to the thread of the batch.
final class Slots {
    private final Engine engine;
    private final int chunk;
    private final Slot[] slots;
    private long clock;

    /// One slot: whose prompt it holds, and how much of it in whole pieces.
    private static final class Slot {
        private boolean taken;
        private String tenant = "";
        private int[] prompt = {};
        private int whole;
        private long used;
    }

    /// A slot that was taken and how many positions of the prompt it holds already.
    record Seat(int slot, int filled) {}

    Slots(Engine engine) {
        this.engine = engine;
        this.chunk = engine.facts().prefillChunk();
        this.slots = new Slot[engine.facts().slots()];
        Arrays.setAll(slots, i -> new Slot());
    }

    boolean anyFree() {
        return Arrays.stream(slots).anyMatch(slot -> !slot.taken);
    }

    /// Takes a free slot, of which there must be one.
    ///
    /// @param fresh whether the whole prompt is to be computed
    Seat take(String tenant, int[] prompt, boolean fresh) {
        int source = -1;
        int best = 0;
        for (int i = 0; i < slots.length && !fresh; i++) {
            int common = common(slots[i], tenant, prompt);
            if (common > best || (common > 0 && common == best && !slots[i].taken)) {
                best = common;
                source = i;
            }
        }
        int target = source >= 0 && !slots[source].taken ? source : longestUnused();
        if (source >= 0 && source != target) {
            slots[target].whole = 0;
            engine.copy(source, target, best);
        }
        Slot slot = slots[target];
        slot.taken = true;
        slot.tenant = tenant;
        slot.prompt = prompt;
        slot.whole = best;
        slot.used = ++clock;
        return new Seat(target, best);
    }

    private int common(Slot slot, String tenant, int[] prompt) {
        if (!slot.tenant.equals(tenant)) {
            return 0;
        }
        int most = Math.min(slot.whole, (prompt.length - 1) / chunk * chunk); // the last id gives the logits
        int differ = Arrays.mismatch(slot.prompt, 0, most, prompt, 0, most);
        return (differ < 0 ? most : differ) / chunk * chunk;
    }

    private int longestUnused() {
        int found = -1;
        for (int i = 0; i < slots.length; i++) {
            if (!slots[i].taken && (found < 0 || slots[i].used < slots[found].used)) {
                found = i;
            }
        }
        if (found < 0) {
            throw new IllegalStateException("no slot is free");
        }
        return found;
    }

    /// So many positions of its prompt are filled now.
    void filled(int slot, int positions) {
        slots[slot].whole = positions / chunk * chunk;
    }

    void leave(int slot) {
        slots[slot].taken = false;
    }

    /// After a failure nothing is known of what the slots hold.
    void forget() {
        Arrays.setAll(slots, i -> new Slot());
    }
}
