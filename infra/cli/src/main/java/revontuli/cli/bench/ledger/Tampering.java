package revontuli.cli.bench.ledger;

/// The ways in which a log is changed behind its back, by somebody who is superuser of its database.
enum Tampering {
    FLIP_BIT,
    /// A leaf with other words, signed by somebody else.
    EDIT,
    /// A leaf is gone and those after it move up.
    DELETE,
    /// A leaf stands twice and those after it move down.
    INSERT,
    SWAP,
    /// The last leaves are gone; half of the time the log's owner signs that.
    CUT_TAIL,
    /// A leaf is written anew with its source's own key, and the log's owner signs that.
    FORK_HEAD,
    /// The log is shown as it was.
    REPLAY_CHECKPOINT,
    /// A record is changed while it waits for its index.
    EDIT_STAGE,
    /// A column beside the leaf is changed, which queries would show.
    EDIT_COLUMN
}
