-- Queries, prunings and the planner, on a log of millions.

-- The planner took the policy's comparison for one that hardly any row passes. It then read and sorted all records of a tenant to
-- show fifty (358 ms of 8,000 records; 0.8 ms since). Of a `case` it assumes that half of the rows pass.
drop policy audit_record_of_tenant on audit_record;
create policy audit_record_of_tenant on audit_record for select to safety_app
    using (case (select coalesce(current_setting('revontuli.tenant', true), ''))
               when '' then true
               else tenant = (select current_setting('revontuli.tenant', true))
           end);

-- What a tenant asks for most: its own records of one kind, of which there may be few or none among many.
create index audit_record_tenant_action on audit_record (tenant, action, index);

-- What is left of pruned records belongs to no tenant any more: who reads for one sees none of it.
alter table audit_pruned enable row level security;
create policy audit_pruned_of_nobody on audit_pruned for select to safety_app
    using ((select coalesce(current_setting('revontuli.tenant', true), '')) = '');

-- The records that can ever be pruned, by class: a pruning does not walk over what is kept for good. Whoever changes
-- audit_retention builds these anew.
create index audit_record_short on audit_record (index) where audit_retention(family) = interval '183 days';
create index audit_record_long on audit_record (index) where audit_retention(family) = interval '3653 days';

-- As before, but class by class, and holds are looked up in hashes instead of by a call of a function for each record.
create or replace function audit_due(at_least interval, with_held boolean, most bigint)
returns table (index bigint, leaf_bytes integer, held boolean) language sql stable as $$
    with kept as (
        select now() - greatest(interval '183 days', at_least) as short, now() - greatest(interval '3653 days', at_least) as long
    ), lasting as materialized (
        select h.tenant, h.subject from legal_hold h where h.release_time is null
    )
    select over.index, over.leaf_bytes, over.held
    from (
        (select r.index, octet_length(r.leaf) as leaf_bytes, held.it as held
         from audit_record r,
              lateral (select (r.tenant, '') in (select l.tenant, l.subject from lasting l)
                           or (r.tenant, r.subject) in (select l.tenant, l.subject from lasting l)
                           or (r.tenant, r.job) in (select l.tenant, l.subject from lasting l)
                           or (r.tenant, r.model) in (select l.tenant, l.subject from lasting l) as it) held
         where audit_retention(r.family) = interval '183 days'
           and r.index < (select size from audit_checkpoint where create_time < (select short from kept)
                          order by create_time desc limit 1)
           and r.recorded_time < (select short from kept)
           and (with_held or not held.it)
         order by r.index limit most)
        union all
        (select r.index, octet_length(r.leaf), held.it
         from audit_record r,
              lateral (select (r.tenant, '') in (select l.tenant, l.subject from lasting l)
                           or (r.tenant, r.subject) in (select l.tenant, l.subject from lasting l)
                           or (r.tenant, r.job) in (select l.tenant, l.subject from lasting l)
                           or (r.tenant, r.model) in (select l.tenant, l.subject from lasting l) as it) held
         where audit_retention(r.family) = interval '3653 days'
           and r.index < (select size from audit_checkpoint where create_time < (select long from kept)
                          order by create_time desc limit 1)
           and r.recorded_time < (select long from kept)
           and (with_held or not held.it)
         order by r.index limit most)
    ) over
    order by over.index limit most
$$;
