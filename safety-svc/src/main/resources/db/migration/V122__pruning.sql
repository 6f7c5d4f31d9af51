-- Pruning: records whose retention is over leave the log, their places in it stay. What may go is judged here, not by the
-- service: neither the service nor the owner of these tables can delete a record before its time or without leaving its hash.

-- One row a pruning, so that an export knows whether the record of each has reached the log.
create table audit_pruning (
    pruning     text        primary key,
    create_time timestamptz not null default now()
);

-- Where a record was: its leaf hash for the tree, its number in its source, and its number in the life of its subject, which
-- stands here as the digest of service, blank and name only.
create table audit_pruned (
    index          bigint  primary key check (index >= 0),
    leaf_hash      bytea   not null check (octet_length(leaf_hash) = 32),
    source         text    not null,
    number         bigint  not null,
    subject_digest bytea   not null check (octet_length(subject_digest) = 32),
    subject_number bigint  not null,
    leaf_bytes     integer not null,
    pruning        text    not null,
    unique (source, number)
);
create index audit_pruned_pruning on audit_pruned (pruning);
create trigger audit_pruning_is_written_once before update or delete or truncate on audit_pruning
    for each statement execute function refuse_change();
create trigger audit_pruned_is_written_once before update or delete or truncate on audit_pruned
    for each statement execute function refuse_change();
revoke insert, update, delete, truncate on audit_pruning, audit_pruned from safety_app;

-- How far the log had come at a time.
create index audit_checkpoint_time on audit_checkpoint (create_time);

-- For how long records of a family (the part of an action before the first dot) are kept at least: what a service says of each
-- call 183 days, what a job or a data set rests on ten years; null is for good: without these nobody could verify what is left or
-- say what was in force.
create function audit_retention(family text) returns interval language sql immutable as $$
    select case
        when family in ('source', 'log', 'ledger', 'policy', 'model', 'promotion', 'revocation', 'tokenizer', 'hold', 'subject',
                        'record') then null
        when family in ('generation', 'moderation', 'text', 'call', 'audit') then interval '183 days'
        else interval '3653 days'
    end
$$;

-- Whether a lasting hold keeps a record.
create function audit_is_held(tenant text, subject text, job text, model text) returns boolean language sql stable as $$
    select exists (select from legal_hold h where h.release_time is null and h.tenant = $1 and h.subject in ('', $2, $3, $4))
$$;

-- The oldest records whose retention is over: by the time that they name, and by that of a checkpoint that covered them, so that
-- no source makes a record look older than the log's own signature says. At most `most` of them (null for all).
create function audit_due(at_least interval, with_held boolean, most bigint)
returns table (index bigint, leaf_bytes integer, held boolean) language sql stable as $$
    with kept as (
        select now() - greatest(interval '183 days', at_least) as short, now() - greatest(interval '3653 days', at_least) as long
    ), covered as (
        select short, long,
               (select size from audit_checkpoint where create_time < short order by create_time desc limit 1) as below_short,
               (select size from audit_checkpoint where create_time < long order by create_time desc limit 1) as below_long
        from kept
    )
    select r.index, octet_length(r.leaf), audit_is_held(r.tenant, r.subject, r.job, r.model)
    from covered, audit_record r
    where r.index < covered.below_short
      and case audit_retention(r.family)
              when interval '183 days' then r.recorded_time < covered.short
              when interval '3653 days' then r.recorded_time < covered.long and r.index < covered.below_long
              else false
          end
      and (with_held or not audit_is_held(r.tenant, r.subject, r.job, r.model))
    order by r.index limit most
$$;

-- The rule once more, for each row that is deleted, whoever deletes it and however.
create function refuse_early_deletion() returns trigger language plpgsql as $$
declare
    keep interval := audit_retention(old.family);
begin
    if keep is null or old.recorded_time >= now() - keep
       or old.index >= coalesce(
           (select size from audit_checkpoint where create_time < now() - keep order by create_time desc limit 1), 0) then
        raise exception 'record % is kept: its retention is not over', old.index using errcode = 'restrict_violation';
    end if;
    if audit_is_held(old.tenant, old.subject, old.job, old.model) then
        raise exception 'record % is kept by a legal hold', old.index using errcode = 'restrict_violation';
    end if;
    if not exists (select from audit_pruned p where p.index = old.index and p.leaf_hash = old.leaf_hash
                   and p.source = old.source and p.number = old.number) then
        raise exception 'record % is kept: nothing would be left of its place', old.index using errcode = 'restrict_violation';
    end if;
    return old;
end
$$;
drop trigger audit_record_is_written_once on audit_record;
create trigger audit_record_is_written_once before update or truncate on audit_record
    for each statement execute function refuse_change();
create trigger audit_record_outlives_its_retention before delete on audit_record
    for each row execute function refuse_early_deletion();

-- Prunes the oldest due records, `most` at most, with the owner's rights, which the service does not have. A leaf that is not what
-- its hash says stays: it is evidence of a change.
create function prune_records(name text, at_least interval, most bigint) returns setof audit_pruned
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into audit_pruning (pruning) values (name);
    insert into audit_pruned
    select r.index, r.leaf_hash, r.source, r.number,
           sha256(convert_to(r.service || ' ' || r.subject, 'UTF8')),
           -- jsonb cannot hold U+0000, which only facts may have
           (regexp_replace(convert_from(r.leaf, 'UTF8'), '(?<!\\)((\\\\)*)\\u0000', '\1', 'g')::jsonb
               #>> '{record,subject_number}')::bigint,
           octet_length(r.leaf), name
    from audit_due(at_least, false, most) due join audit_record r on r.index = due.index
    where r.leaf_hash = sha256('\x00'::bytea || r.leaf);
    delete from audit_record r using audit_pruned p where p.pruning = name and r.index = p.index;
    return query select * from audit_pruned where pruning = name order by index;
end
$$;
revoke execute on function prune_records(text, interval, bigint) from public;
grant execute on function prune_records(text, interval, bigint) to safety_app;
