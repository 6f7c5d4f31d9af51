-- What tenants want otherwise than the policy: exact bytes, and the approval where it may be milder. A tenant's newest counts.
create table policy_override (
    position    bigint generated always as identity primary key,
    tenant      text        not null,
    policy      text        not null,
    version     integer     not null check (version > 0),
    digest      text        not null,
    yaml        bytea       not null,
    approval    bytea       not null,
    submitter   text        not null,
    create_time timestamptz not null,
    unique (tenant, policy, version)
);
create index policy_override_tenant on policy_override (tenant, position);
create trigger policy_override_is_written_once before update or delete or truncate on policy_override
    for each statement execute function refuse_change();
revoke update, delete on policy_override from safety_app;
