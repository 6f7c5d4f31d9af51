-- Templates by tokenizer, name and version. The frames lie in the artifact store under their digests.
create table chat_template (
    tokenizer        text        not null references tokenizer (id),
    template         text        not null,
    version          integer     not null check (version > 0),
    digest           text        not null,
    tokenizer_digest text        not null,
    create_time      timestamptz not null,
    primary key (tokenizer, template, version)
);
revoke update, delete, truncate on chat_template from tokenizer_app;
create index tokenizer_by_digest on tokenizer (digest);
