-- One row for each file of the library; equal bytes are one file, however many items were made of them.
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    blake3 TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL UNIQUE,           -- relative to the library, with /
    bytes INTEGER NOT NULL,
    mime TEXT NOT NULL,
    ext TEXT NOT NULL,
    width INTEGER,
    height INTEGER,
    duration_ms INTEGER,
    has_alpha INTEGER NOT NULL DEFAULT 0,
    thumbhash BLOB,
    missing INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 0, -- goes up with each change the sidecar has to tell
    written INTEGER NOT NULL DEFAULT 0   -- the revision the sidecar tells
) STRICT;
CREATE INDEX files_behind ON files (id) WHERE revision > written;
CREATE INDEX files_missing ON files (id) WHERE missing = 1;
