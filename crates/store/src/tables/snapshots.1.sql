-- Answers worth keeping until the next one, such as an account's list of models.
CREATE TABLE snapshots (
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    value TEXT NOT NULL,                -- JSON
    PRIMARY KEY (kind, account)
) STRICT, WITHOUT ROWID;
