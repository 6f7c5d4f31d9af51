-- The columns beside a leaf serve queries and are taken from it. This says where they no longer are: the lowest index whose
-- columns, or whose leaf hash, say something else than the leaf; null when all agree. Run by hand or by a check, never by
-- the service: it reads the whole log. A leaf that is no JSON any more is an error, and the offline verifier names it.
create function audit_first_difference() returns bigint language sql stable as $$
    select min(index)
    from (select r.*,
                 -- jsonb cannot hold U+0000, which only facts may have
                 regexp_replace(convert_from(leaf, 'UTF8'), '(?<!\\)((\\\\)*)\\u0000', '\1', 'g')::jsonb -> 'record' as said
          from audit_record r) as both_sides
    where leaf_hash <> sha256('\x00'::bytea || leaf)
       or source <> said ->> 'source'
       or number::text <> said ->> 'number'
       or service <> said ->> 'service'
       or tenant <> said ->> 'tenant'
       or actor <> said ->> 'actor'
       or action <> said ->> 'action'
       or subject <> said ->> 'subject'
       or request <> said ->> 'request'
       or event_time <> (said ->> 'event_time')::timestamptz
       or recorded_time <> (said ->> 'recorded_time')::timestamptz
       or digests <> said -> 'digests'
$$;
