-- Rounded weights that lie in files beside the artifacts, so that a start need not round them again. The digest here
-- is what a file is trusted by.

create table packed_form (
    instance     text        not null,
    model_digest text        not null,
    form         text        not null,
    digest       text        not null,
    bytes        bigint      not null check (bytes > 0),
    use_time     timestamptz not null,
    primary key (instance, model_digest, form)
);
