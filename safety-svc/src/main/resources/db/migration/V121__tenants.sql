-- Row-level security: a unit of work that says for which tenant it reads (revontuli.tenant, until its end) sees that tenant's
-- records and no others, whatever its statement forgets to ask. Without a tenant it sees all: sequencing, proofs, exports and
-- auditors read the whole log.

-- With row-level security the planner uses an index only for conditions whose functions cannot leak what they see, and
-- split_part is none of those: so the family becomes a column.
alter table audit_record add column family text generated always as (split_part(action, '.', 1)) stored;
drop index audit_record_family;
create index audit_record_family on audit_record (family, index);

alter table audit_record enable row level security;
create policy audit_record_append on audit_record for insert to safety_app with check (true);
create policy audit_record_of_tenant on audit_record for select to safety_app
    using ((select coalesce(current_setting('revontuli.tenant', true), '')) in ('', tenant));
