-- Data sets, their token shards, models with their signatures, and training jobs.

create table dataset (
    name            text        primary key,
    tenant          text        not null,
    digest          text        not null,
    language        text        not null,
    license         text        not null,
    origin          text        not null,
    document_count  bigint      not null check (document_count > 0),
    text_byte_count bigint      not null check (text_byte_count > 0),
    create_time     timestamptz not null
);

-- A data set is a fact: it never changes once it is registered.
revoke update, delete on dataset from trainer_app;

create table token_shard (
    dataset_digest   text        not null,
    tokenizer_digest text        not null,
    index_digest     text        not null,
    create_time      timestamptz not null default now(),
    primary key (dataset_digest, tokenizer_digest)
);

create table model_version (
    name          text        primary key,
    model         text        not null,
    version       int         not null check (version > 0),
    tenant        text        not null,
    state         text        not null check (state in ('CANDIDATE', 'PROMOTED', 'IMPORTED', 'REVOKED')),
    digest        text        not null,
    manifest      bytea       not null,
    statement     bytea       not null,
    bundle_digest text        not null default '',
    job           text        not null default '',
    evaluations   text        not null default '[]',
    create_time   timestamptz not null,
    unique (model, version)
);
revoke delete on model_version from trainer_app;

create table model_signature (
    name        text        not null references model_version (name),
    principal   text        not null,
    kid         text        not null,
    signature   text        not null,
    position    int         not null,
    create_time timestamptz not null default now(),
    primary key (name, principal)
);
revoke update, delete on model_signature from trainer_app;

create table job (
    name                text        primary key,
    position            bigint      generated always as identity unique,
    tenant              text        not null,
    submitter           text        not null,
    priority            int         not null,
    plan                text        not null,
    plan_digest         text        not null,
    state               text        not null check (state in
        ('QUEUED', 'PREPARING', 'RUNNING', 'EVALUATING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    fence               bigint      not null default 0,
    secret_hash         text        not null default '',
    lease_until         timestamptz,
    worker              text        not null default '',
    attempts            int         not null default 0,
    preparations        int         not null default 0,
    not_before          timestamptz,
    pause_requested     boolean     not null default false,
    checkpoint_step     bigint      not null default 0,
    checkpoint_digest   text        not null default '',
    progress            text        not null default '{}',
    progress_event_time timestamptz,
    manifest_digest     text        not null default '',
    evaluations         text        not null default '[]',
    candidate           text        not null default '',
    failure_reason      text        not null default '',
    failure_message     text        not null default '',
    create_time         timestamptz not null,
    update_time         timestamptz not null,
    version             bigint      not null default 1
);
create index job_queue on job (priority desc, position) where state = 'QUEUED';
create index job_live on job (state) where state in ('PREPARING', 'RUNNING', 'EVALUATING');
create index job_tenant on job (tenant, position desc);
revoke delete on job from trainer_app;

-- The same table of legal transitions as in the code and in the verifier of exports: a mistake in one of them stops here.
create function job_transition() returns trigger language plpgsql as $$
begin
    if old.state <> new.state and not (old.state || '>' || new.state) = any (array[
        'QUEUED>PREPARING', 'QUEUED>PAUSED', 'QUEUED>CANCELLED', 'QUEUED>FAILED',
        'PREPARING>RUNNING', 'PREPARING>QUEUED', 'PREPARING>FAILED', 'PREPARING>CANCELLED', 'PREPARING>PAUSED',
        'RUNNING>EVALUATING', 'RUNNING>PAUSED', 'RUNNING>FAILED', 'RUNNING>CANCELLED', 'RUNNING>QUEUED',
        'EVALUATING>SUCCEEDED', 'EVALUATING>FAILED', 'EVALUATING>CANCELLED', 'EVALUATING>QUEUED',
        'PAUSED>QUEUED', 'PAUSED>CANCELLED']) then
        raise exception 'job % may not go from % to %', old.name, old.state, new.state;
    end if;
    if new.fence < old.fence then
        raise exception 'the fence of job % may not go back', old.name;
    end if;
    return new;
end $$;
create trigger job_transition before update on job for each row execute function job_transition();
create function job_begins() returns trigger language plpgsql as $$
begin
    if new.state <> 'QUEUED' then
        raise exception 'job % must begin QUEUED', new.name;
    end if;
    return new;
end $$;
create trigger job_begins before insert on job for each row execute function job_begins();
