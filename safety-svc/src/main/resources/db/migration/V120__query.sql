-- What queries need beside the indexes of V100: families of actions and services in the order of the log, and the times of
-- every block of 1,024 records, so that a window of time becomes a range of indexes.

create index audit_record_family on audit_record (split_part(action, '.', 1), index);
create index audit_record_service on audit_record (service, index);

-- Derived from the records and no evidence: a wrong row hides records from queries by time, never from exports or proofs.
create table audit_span (
    block      bigint      primary key,
    first_time timestamptz not null,
    last_time  timestamptz not null
);
revoke insert, update, delete, truncate on audit_span from safety_app;

-- With the rights of the owner: the service itself cannot write spans.
create function note_span() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into audit_span (block, first_time, last_time)
    select index / 1024, min(event_time), max(event_time) from entered group by 1
    on conflict (block) do update
    set first_time = least(audit_span.first_time, excluded.first_time),
        last_time = greatest(audit_span.last_time, excluded.last_time);
    return null;
end
$$;
create trigger audit_record_span after insert on audit_record
    referencing new table as entered for each statement execute function note_span();

insert into audit_span (block, first_time, last_time)
select index / 1024, min(event_time), max(event_time) from audit_record group by 1;
