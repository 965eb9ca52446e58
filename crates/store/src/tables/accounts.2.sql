-- An account's second key, for billing and keys, and wallets. No secret is ever here.
ALTER TABLE accounts ADD COLUMN key_kind TEXT;                          -- inference or admin; none where nobody has asked yet
ALTER TABLE accounts ADD COLUMN has_admin INTEGER NOT NULL DEFAULT 0;   -- it has an admin key beside its own
ALTER TABLE accounts ADD COLUMN admin_ends_with TEXT;
ALTER TABLE accounts ADD COLUMN address TEXT;                           -- a wallet's
ALTER TABLE accounts ADD COLUMN chain TEXT;                             -- base or solana
ALTER TABLE accounts ADD COLUMN backed_up_at INTEGER;                   -- when the user showed that there is a copy of a wallet's key
