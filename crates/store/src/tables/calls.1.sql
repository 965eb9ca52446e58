-- What was asked of the API by hand, and what came back. No key is ever in it.
CREATE TABLE calls (
    id TEXT PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    operation TEXT NOT NULL,
    account TEXT NOT NULL,
    pretend INTEGER NOT NULL,
    request TEXT NOT NULL,              -- JSON
    files TEXT NOT NULL,                -- JSON
    job TEXT,
    status INTEGER,                     -- of HTTP
    took_ms INTEGER,
    answer TEXT,
    answer_cut INTEGER NOT NULL DEFAULT 0,
    items TEXT NOT NULL DEFAULT '[]',   -- JSON
    receipt TEXT,                       -- JSON
    error TEXT                          -- JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_of_operation ON calls (operation, id);
