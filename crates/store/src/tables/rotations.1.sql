-- Keys that are being replaced. A row goes when nothing is left to be done.
CREATE TABLE rotations (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    old_key TEXT NOT NULL,              -- Venice's id of the key that goes
    role TEXT,                          -- own or admin: what the key is to the account here; none for a key used elsewhere
    request TEXT NOT NULL,              -- JSON: how the new key is asked for; its description is found again by its mark
    new_key TEXT,                       -- Venice's id of the key that comes
    stored_as TEXT,                     -- by what it is found in the vault
    step TEXT NOT NULL,
    problem TEXT,                       -- JSON: why it doesn't go on
    at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX rotations_by_key ON rotations (account, old_key);
