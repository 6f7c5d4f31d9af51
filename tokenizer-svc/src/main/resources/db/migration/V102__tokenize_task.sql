-- Files of documents on their way to token shards.
create table tokenize_task (
    id               text        primary key,
    tenant           text        not null,
    dataset_digest   text        not null,
    tokenizer_digest text        not null,
    state            text        not null check (state in ('SUBMITTED', 'QUEUED', 'RUNNING', 'DONE', 'FAILED')),
    fence            integer     not null default 0,
    tries            integer     not null default 0,
    not_before       timestamptz,
    lease_until      timestamptz,
    documents        bigint      not null default 0,
    tokens           bigint      not null default 0,
    text_bytes       bigint      not null default 0,
    bad_lines        bigint      not null default 0,
    shard_digest     text,
    shard_bytes      bigint,
    reason           text        not null default '',
    message          text        not null default '',
    queue_time       timestamptz,
    create_time      timestamptz not null,
    end_time         timestamptz
);
create index tokenize_task_open on tokenize_task (queue_time) where state in ('QUEUED', 'RUNNING');
create index tokenize_task_tenant on tokenize_task (tenant, id);
revoke delete, truncate on tokenize_task from tokenizer_app;
