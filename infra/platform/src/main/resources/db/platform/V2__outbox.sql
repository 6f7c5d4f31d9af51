-- One index for what waits instead of three for everything: an event costs a page less each when it enters and when it
-- is marked as sent. Positions are drawn by the database, ids are random: nothing is found by either once it is sent. Stop the
-- older build first: its relay looks for what it sent by an index that is gone.

alter table outbox drop constraint outbox_pkey, drop constraint outbox_event_id_key;
drop index outbox_unsent;
create unique index outbox_unsent on outbox (position) where sent_time is null;
