-- What an account's list said of a model, each time it said something else. The last of each up to a moment are the
-- list as it was then.
CREATE TABLE model_versions (
    account TEXT NOT NULL,
    model TEXT NOT NULL,
    at INTEGER NOT NULL,                -- when it was first listed so
    value TEXT,                         -- JSON; none = no longer listed
    PRIMARY KEY (account, model, at)
) STRICT, WITHOUT ROWID;

-- Up to when the user has looked at what is new in an account's list.
CREATE TABLE model_looks (
    account TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
