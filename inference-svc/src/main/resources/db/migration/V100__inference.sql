-- What inference-svc keeps: versions it verified itself, revocations, and the life of every generation.

create table model_version (
    name             text        primary key,
    digest           text        not null,
    tokenizer_digest text        not null,
    statement_digest text        not null,
    template_digest  text,
    policy_digest    text,
    origin           text        not null check (origin in ('promotion', 'import')),
    signers          text        not null,
    admit_time       timestamptz not null
);

create table model_revocation (
    name        text        not null,
    digest      text        not null,
    reason      text        not null,
    principal   text        not null,
    kid         text        not null,
    signature   bytea       not null,
    revoke_time timestamptz not null,
    primary key (name, digest)
);

create table generation (
    name         text        primary key,
    tenant       text        not null,
    principal    text        not null,
    model        text        not null,
    model_digest text        not null,
    request_id   text        not null,
    state        text        not null check (state in ('admitted', 'finished', 'refused', 'cancelled', 'interrupted')),
    instance     text        not null,
    run          text        not null,
    begin_time   timestamptz not null,
    end_time     timestamptz
);
create index generation_open on generation (instance, begin_time) where state = 'admitted';

-- Evidence is added, never changed.
revoke update, delete on model_version from inference_app;
revoke update, delete on model_revocation from inference_app;
revoke delete on generation from inference_app;
