-- The key pairs that access tokens are signed with, one or more an audience.
create schema auth;
grant usage on schema auth to directory;
comment on schema auth is 'Signing keys';

create table auth.signing_keys (
    kid text primary key,
    audience text not null check (audience in ('office', 'member', 'circle', 'moderator')),
    public_key bytea not null check (length(public_key) = 32),
    private_key bytea not null,
    signs_from timestamptz not null,
    signs_until timestamptz,
    verifies_until timestamptz,
    created_at timestamptz not null,
    constraint signing_keys_ends_check check ((signs_until is null) = (verifies_until is null))
);
comment on table auth.signing_keys is 'Ed25519 key pairs; published before they sign and after they have signed';
comment on column auth.signing_keys.private_key is 'PKCS#8, encrypted with the operator''s secret';
grant select, insert, update, delete on auth.signing_keys to directory;
