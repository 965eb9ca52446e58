-- What accounts had left, whenever that was told and had changed.
CREATE TABLE balances (
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    at INTEGER NOT NULL,                -- milliseconds since 1970
    amount TEXT NOT NULL,               -- decimal
    allocation TEXT,                    -- decimal: all there is in an epoch, where that was told
    PRIMARY KEY (account, currency, at)
) STRICT, WITHOUT ROWID;
