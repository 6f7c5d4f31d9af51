-- The keys with which the log has signed, the newest last. Another key than the newest enters only with its announcement.
create table log_key (
    position   bigint generated always as identity primary key,
    public_key text        not null unique,
    enter_time timestamptz not null
);
create trigger log_key_is_written_once before update or delete or truncate on log_key
    for each statement execute function refuse_change();
revoke update, delete, truncate on log_key from safety_app;
