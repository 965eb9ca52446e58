-- Cloned voices. Their samples are files below `voices`, named by the clone.
CREATE TABLE clones (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    handle TEXT NOT NULL,               -- told once, by the answer that made it
    model TEXT NOT NULL,
    account TEXT NOT NULL,
    pretend INTEGER NOT NULL,
    item TEXT,                          -- that the sample was taken from
    sample TEXT NOT NULL,               -- the file's name
    consent_at INTEGER NOT NULL,        -- milliseconds since 1970
    made_at INTEGER NOT NULL,
    used_at INTEGER,
    kept_seconds INTEGER,               -- from its making, or its last use; none: for good
    renewed_by_use INTEGER NOT NULL
) STRICT;
CREATE INDEX clones_of_account ON clones (account, made_at);
