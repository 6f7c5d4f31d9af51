-- The audit ledger's first form, policies, and the salts of commitments.

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is written once: % is refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end
$$;

-- One row a leaf. The leaf is the evidence, byte for byte; the other columns are taken from it and serve queries only.
create table audit_record (
    index         bigint      primary key check (index >= 0),
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
create index audit_record_tenant on audit_record (tenant, index);
create index audit_record_actor on audit_record (actor, index);
create index audit_record_action on audit_record (action text_pattern_ops, index);
create index audit_record_subject on audit_record (subject, index);
create index audit_record_model on audit_record (model, index) where model <> '';
create index audit_record_model_digest on audit_record (model_digest, index) where model_digest <> '';
create index audit_record_job on audit_record (job, index) where job <> '';
create index audit_record_time on audit_record (event_time, index);

create trigger audit_record_is_written_once before update or delete or truncate on audit_record
    for each statement execute function refuse_change();
revoke update, delete on audit_record from safety_app;

-- How far the log has grown and the tree over it (compact range, 32 bytes a node); the row lock makes indexes dense.
create table audit_head (
    id    boolean primary key default true check (id),
    size  bigint  not null check (size >= 0),
    nodes bytea   not null check (octet_length(nodes) % 32 = 0)
);
insert into audit_head (size, nodes) values (0, '');

create function refuse_shrinking() returns trigger language plpgsql as $$
begin
    if new.size <= old.size then
        raise exception 'the log only grows' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger audit_head_only_grows before update on audit_head
    for each row execute function refuse_shrinking();
create trigger audit_head_stays before delete or truncate on audit_head
    for each statement execute function refuse_change();
revoke insert, delete on audit_head from safety_app;

-- What is known of each source: its key, how far its records are here, how far it says it has come.
create table ledger_source (
    source          text        primary key,
    service         text        not null,
    public_key      text        not null,
    last_number     bigint      not null,
    opened_time     timestamptz not null,
    closed_time     timestamptz,
    reported_number bigint      not null default 0,
    reported_time   timestamptz
);
revoke delete on ledger_source from safety_app;

-- Versions of the policy, exact bytes; the one that entered last is in force.
create table policy_version (
    position    bigint generated always as identity primary key,
    policy      text        not null,
    version     integer     not null check (version > 0),
    digest      text        not null,
    yaml        bytea       not null,
    create_time timestamptz not null,
    unique (policy, version)
);
create trigger policy_version_is_written_once before update or delete or truncate on policy_version
    for each statement execute function refuse_change();
revoke update, delete on policy_version from safety_app;

-- What opens a commitment. Destroying a row makes the value unprovable and unguessable; the records stay as they are.
create table commitment (
    commitment  text        primary key,
    salt        bytea       not null check (octet_length(salt) = 32),
    tenant      text        not null,
    subject     text        not null,
    create_time timestamptz not null
);
create index commitment_subject on commitment (subject);
revoke update on commitment from safety_app;
