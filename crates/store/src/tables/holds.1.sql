-- Money reserved for a job, and what it came to.
CREATE TABLE holds (
    job TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    amount TEXT NOT NULL,               -- decimal
    currency TEXT NOT NULL,
    pretend INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    day TEXT NOT NULL,                  -- local, YYYY-MM-DD
    settled_at INTEGER,
    settled TEXT                        -- decimal
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_by_time ON holds (currency, pretend, created_at);
