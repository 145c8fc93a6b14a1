-- Times and spans are milliseconds; ids have 16 bytes; lists are space-separated words.

-- feed_epoch · master_key_check · longest_access_lifetime · newest_time
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  id BLOB PRIMARY KEY, user_id TEXT NOT NULL, client_id TEXT NOT NULL,
  cell TEXT NOT NULL CHECK (cell IN ('cookie','token','jwt','jwt_cookie')),
  secret_hash BLOB, former_hash BLOB, former_until INTEGER,          -- no secret in the JWT cells
  version INTEGER NOT NULL, scopes TEXT NOT NULL, methods TEXT NOT NULL, remembered INTEGER NOT NULL,
  created_at INTEGER NOT NULL, authenticated_at INTEGER NOT NULL,
  idle_for INTEGER NOT NULL, absolute_ends_at INTEGER NOT NULL,      -- fixed at sign-in
  seen_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,                -- ends_at = min(seen_at + idle_for, absolute_ends_at)
  seen_from TEXT, user_agent TEXT,                                   -- address; at most 256 bytes
  CHECK ((secret_hash IS NULL) = (cell IN ('jwt','jwt_cookie'))),
  CHECK ((former_hash IS NULL) = (former_until IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_end ON sessions (ends_at);

CREATE TABLE refresh_families (
  id BLOB PRIMARY KEY, session_id BLOB NOT NULL, client_id TEXT NOT NULL, audience TEXT NOT NULL, scope TEXT NOT NULL,
  key_id BLOB NOT NULL, counter INTEGER NOT NULL, created_at INTEGER NOT NULL, rotated_at INTEGER, rotated_from TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_families_by_session ON refresh_families (session_id);

CREATE TABLE feed (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,         -- session_ended · session_changed · key_distrusted
  session_id BLOB, user_id TEXT, client_id TEXT, cell TEXT, kid TEXT, cause TEXT NOT NULL, -- client and cell: for reach
  at INTEGER NOT NULL, matters_until INTEGER NOT NULL
) STRICT;
CREATE INDEX feed_by_session ON feed (session_id);
CREATE INDEX feed_by_end ON feed (matters_until);
