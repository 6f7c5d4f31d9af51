-- Tokenizers by name. The bytes lie in the artifact store under their digest.
create table tokenizer (
    id              text        primary key,
    digest          text        not null,
    vocabulary_size integer     not null check (vocabulary_size > 0),
    special_tokens  text        not null,
    create_time     timestamptz not null
);
revoke update, delete, truncate on tokenizer from tokenizer_app;
