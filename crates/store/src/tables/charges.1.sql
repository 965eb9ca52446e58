-- The accounts whose charges are known, and how far. A walk through the history that was broken off goes on from its cursor.
CREATE TABLE ledgers (
    row INTEGER PRIMARY KEY,
    account TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,                 -- what the account was called last
    pretend INTEGER NOT NULL,
    has_history INTEGER NOT NULL DEFAULT 0,
    complete_to INTEGER,                -- milliseconds since 1970: all before this is here
    walk_from INTEGER,
    walk_to INTEGER,
    cursor TEXT,
    tail TEXT,                          -- JSON: what was seen of the last moment of the page before
    synced_at INTEGER,
    problem TEXT,                       -- JSON
    unread TEXT,                        -- JSON: what there is in the history that can't be read
    next_epoch INTEGER,                 -- when DIEM is there again
    own_key TEXT,                       -- what Venice calls the key of this account
    key_ends TEXT,                      -- JSON: the last characters of all keys of who pays for this account
    covered_by TEXT,                    -- the account whose history has the charges of this one
    compared_at INTEGER,
    differences TEXT                    -- JSON
) STRICT;

-- What things are called that were charged for, each once.
CREATE TABLE skus (
    row INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE
) STRICT;

-- A row for each row of the history. These have no ids: equal ones of one moment are told apart by their number.
CREATE TABLE charges (
    row INTEGER PRIMARY KEY,
    ledger INTEGER NOT NULL REFERENCES ledgers (row),
    at INTEGER NOT NULL,                -- milliseconds since 1970
    hash INTEGER NOT NULL,              -- of all that is said of it
    number INTEGER NOT NULL,            -- which of those that are equal in everything
    source TEXT NOT NULL,
    sku INTEGER NOT NULL REFERENCES skus (row),
    amount TEXT NOT NULL,               -- decimal: above 0 was spent, below 0 was given back
    currency TEXT NOT NULL,             -- as we write it, or as Venice does where we don't know it
    units TEXT,                         -- decimal
    price TEXT,                         -- decimal: US dollars for a unit
    request_id TEXT,
    notes TEXT
) STRICT;
CREATE UNIQUE INDEX charges_once ON charges (ledger, at, hash, number);
-- What stands in for a history is little, and goes when that is read.
CREATE INDEX charges_instead ON charges (ledger, at) WHERE source <> 'history';
CREATE INDEX charges_of_request ON charges (request_id) WHERE request_id IS NOT NULL;

-- What was used with each key on each day of UTC, by Venice's own sums. A day without any has a row without a currency.
CREATE TABLE key_days (
    ledger INTEGER NOT NULL REFERENCES ledgers (row),
    day TEXT NOT NULL,                  -- YYYY-MM-DD
    key TEXT NOT NULL,                  -- Venice's id of it; empty = by no key
    currency TEXT NOT NULL,
    name TEXT NOT NULL,
    amount TEXT NOT NULL,               -- decimal
    PRIMARY KEY (ledger, day, key, currency)
) STRICT, WITHOUT ROWID;
