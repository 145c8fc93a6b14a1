-- Accounts, signing keys, and failed attempts. Times are milliseconds since 1970; lists are space-separated words.

CREATE TABLE users (
  id TEXT PRIMARY KEY, email TEXT NOT NULL, email_canonical TEXT NOT NULL UNIQUE, email_verified INTEGER NOT NULL, name TEXT,
  roles TEXT NOT NULL, status TEXT NOT NULL, version INTEGER NOT NULL,
  password_hash TEXT, password_key BLOB, password_changed_at INTEGER, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- removed_at: left the JWKS.
CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY, algorithm TEXT NOT NULL, public_jwk TEXT NOT NULL, sealed_private BLOB, version INTEGER NOT NULL,
  announced_at INTEGER NOT NULL, signs_from INTEGER NOT NULL, retired_at INTEGER, removed_at INTEGER, distrusted_at INTEGER
) STRICT, WITHOUT ROWID;

-- key: an HMAC that names an address to nobody but the server.
CREATE TABLE sign_in_failures (key BLOB PRIMARY KEY, count INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
