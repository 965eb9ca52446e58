-- Payments into wallets' balances. Each is written down before it is sent; none is sent twice.
CREATE TABLE top_ups (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    state TEXT NOT NULL,
    network TEXT NOT NULL,
    asset TEXT NOT NULL,
    pay_to TEXT NOT NULL,
    amount TEXT NOT NULL,               -- decimal, in US dollars
    sent_at INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,       -- afterwards nobody can take what was signed
    settled_at INTEGER,
    credited_as TEXT,                   -- the provider's id of the credit
    problem TEXT                        -- JSON
) STRICT;
CREATE INDEX top_ups_by_account ON top_ups (account, sent_at);
-- While nobody knows what became of one, no other is signed.
CREATE UNIQUE INDEX top_ups_open ON top_ups (account) WHERE state = 'sent';
