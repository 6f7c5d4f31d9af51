-- What opens commitments, under keys that can be destroyed, and what forbids to destroy them.

-- One data key a subject of a tenant, encrypted under the master key, which is not in this database.
create table data_key (
    tenant      text        not null,
    subject     text        not null,
    wrapped     bytea       not null check (octet_length(wrapped) = 60),
    retention   text        not null check (retention in ('standard', 'long')),
    create_time timestamptz not null,
    primary key (tenant, subject)
);
create index data_key_age on data_key (retention, create_time);
revoke update on data_key from safety_app;
-- holding a row against an erasure needs a right to update something; this column is nobody's interest
alter table data_key add column held boolean;
grant update (held) on data_key to safety_app;

-- Salts are sealed now; those of before stay as they were until their subject is erased.
alter table commitment alter column salt drop not null;
alter table commitment add column sealed bytea check (octet_length(sealed) = 60);
alter table commitment add constraint commitment_has_one_form check ((salt is null) <> (sealed is null));

-- Legal holds; one that ended stays, with its end.
create table legal_hold (
    hold         text        primary key,
    tenant       text        not null,
    subject      text        not null,
    reason       text        not null,
    place_time   timestamptz not null,
    release_time timestamptz
);
create index legal_hold_lasting on legal_hold (tenant, subject) where release_time is null;
revoke update, delete on legal_hold from safety_app;
grant update (release_time) on legal_hold to safety_app;
