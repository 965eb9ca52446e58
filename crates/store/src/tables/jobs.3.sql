-- Work that goes on at the provider.
ALTER TABLE jobs ADD COLUMN accepted_at INTEGER;    -- milliseconds since 1970
ALTER TABLE jobs ADD COLUMN average_ms INTEGER;     -- by the provider's word
ALTER TABLE jobs ADD COLUMN cleared_at INTEGER;     -- the provider's copy is given up
CREATE INDEX jobs_uncleared ON jobs (finished_at) WHERE state = 'saved' AND remote_id IS NOT NULL AND cleared_at IS NULL;
