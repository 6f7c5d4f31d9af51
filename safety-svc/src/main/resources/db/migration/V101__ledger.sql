-- The ledger's sequencer: records wait in a stage, one sequencer at a time gives them their places, and what the log has
-- grown to is kept as full tiles and signed checkpoints.

-- Verified records without an index yet. The sequencer claims what is here, never what comes after some position: a
-- transaction that commits late is not passed over. Leaving this table and entering the log is one commit.
create table audit_staged (
    position      bigint      generated always as identity primary key,
    leaf          bytea       not null check (octet_length(leaf) <= 65535),
    leaf_hash     bytea       not null check (octet_length(leaf_hash) = 32),
    source        text        not null,
    number        bigint      not null,
    service       text        not null,
    tenant        text        not null,
    actor         text        not null,
    action        text        not null,
    subject       text        not null,
    model         text        not null,
    model_digest  text        not null,
    job           text        not null,
    request       text        not null,
    event_time    timestamptz not null,
    recorded_time timestamptz not null,
    digests       jsonb       not null,
    unique (source, number)
);
revoke update, truncate on audit_staged from safety_app;

-- The term of the sequencer that may append. Whoever takes the advisory lock raises it; an older one finds out in its
-- next batch, which then leaves nothing behind.
alter table audit_head add column term bigint not null default 0;

create or replace function refuse_shrinking() returns trigger language plpgsql as $$
begin
    if new.size < old.size or new.term < old.term or (new.size = old.size and new.term = old.term) then
        raise exception 'the log only grows' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

-- Full hash tiles (C2SP tlog-tiles: 256 hashes), with the root that stands for them one level higher. Partial tiles are
-- read from the leaves and from these roots.
create table audit_tile (
    level  smallint not null check (level between 0 and 7),
    index  bigint   not null check (index >= 0),
    hashes bytea    not null check (octet_length(hashes) = 8192),
    root   bytea    not null check (octet_length(root) = 32),
    primary key (level, index)
);
create trigger audit_tile_is_written_once before update or delete or truncate on audit_tile
    for each statement execute function refuse_change();
revoke update, delete, truncate on audit_tile from safety_app;

-- Every checkpoint that was signed, with the time of its signing; when the log rests, the same one again as a sign of life.
create table audit_checkpoint (
    position    bigint      generated always as identity primary key,
    size        bigint      not null check (size >= 0),
    root        bytea       not null check (octet_length(root) = 32),
    note        text        not null check (octet_length(note) <= 16384),
    create_time timestamptz not null
);
create index audit_checkpoint_size on audit_checkpoint (size, position);
create trigger audit_checkpoint_is_written_once before update or delete or truncate on audit_checkpoint
    for each statement execute function refuse_change();
revoke update, delete, truncate on audit_checkpoint from safety_app;
