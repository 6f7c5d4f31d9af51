-- What every service keeps: events to send, events seen, audit records on their way, keys of callers.

create table outbox (
    position     bigint generated always as identity primary key,
    event_id     uuid        not null unique,
    topic        text        not null,
    event_key    text        not null,
    type         text        not null,
    subject      text        not null,
    content_type text        not null,
    event_time   timestamptz not null,
    extra        text        not null default '',
    data         bytea       not null,
    sent_time    timestamptz
);
create index outbox_unsent on outbox (position) where sent_time is null;
create index outbox_sent on outbox (sent_time) where sent_time is not null;

create table inbox (
    consumer  text        not null,
    event_id  text        not null,
    seen_time timestamptz not null default now(),
    primary key (consumer, event_id)
);

create table audit_source (
    source         text        primary key,
    instance       text        not null,
    opened_time    timestamptz not null default now(),
    heartbeat_time timestamptz not null default now(),
    last_number    bigint      not null default 0,
    closed_time    timestamptz
);

create table audit_subject (
    subject     text   primary key,
    last_number bigint not null
);

create table audit_pending (
    position bigint generated always as identity primary key,
    source   text  not null,
    body     bytea not null
);

create table api_key (
    name        text        primary key,
    sha256      text        not null unique,
    principal   text        not null,
    tenant      text        not null,
    roles       text        not null,
    create_time timestamptz not null default now(),
    revoke_time timestamptz
);
