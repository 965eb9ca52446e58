-- Where requests go and who pays. The key itself is never here.
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    base_url TEXT,
    ends_with TEXT,
    selected INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    balances TEXT,                      -- JSON, as last reported
    balances_at INTEGER
) STRICT;
CREATE UNIQUE INDEX accounts_selected ON accounts (selected) WHERE selected = 1;
