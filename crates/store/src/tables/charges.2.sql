-- With which key each account works, and from when on. A charge names no key: that of its work's moment is taken.
CREATE TABLE own_keys (
    account TEXT NOT NULL,
    since INTEGER NOT NULL,             -- milliseconds since 1970
    key TEXT,                           -- Venice's id of it; none where it isn't known
    PRIMARY KEY (account, since)
) STRICT, WITHOUT ROWID;
ALTER TABLE ledgers DROP COLUMN own_key;
