-- Texts that were refused for review, sealed under the data key of their subject, and what people said of them.
create table review (
    position    bigint generated always as identity primary key,
    name        text        not null unique,
    tenant      text        not null,
    subject     text        not null,
    direction   text        not null,
    language    text        not null,
    category    text        not null,
    rule        text        not null,
    policy      text        not null,
    sealed      bytea       not null,
    state       text        not null check (state in ('OPEN', 'SEEN', 'DISPUTED', 'ALLOWED', 'BLOCKED')),
    create_time timestamptz not null
);
create index review_waiting on review (tenant, position) where state in ('OPEN', 'SEEN', 'DISPUTED');
revoke update, delete on review from safety_app;
grant update (state) on review to safety_app;

create table review_decision (
    review      text        not null references review (name),
    reviewer    text        not null,
    allow       boolean     not null,
    note        text        not null,
    decide_time timestamptz not null,
    primary key (review, reviewer)
);
create trigger review_decision_is_written_once before update or delete or truncate on review_decision
    for each statement execute function refuse_change();
revoke update, delete on review_decision from safety_app;
