-- Where a job that isn't sent yet was put in the line; without it, jobs are sent as they were asked for.
ALTER TABLE jobs ADD COLUMN line INTEGER;
-- Counts by state, and the few of one state among thousands.
CREATE INDEX jobs_by_state ON jobs (state, created_at, id);
