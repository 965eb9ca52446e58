-- Which work a charge is for.
CREATE TABLE charge_matches (
    charge INTEGER PRIMARY KEY REFERENCES charges (row) ON DELETE CASCADE,
    job TEXT,                           -- none = for none of ours, as the user says
    how TEXT NOT NULL
) STRICT;
CREATE INDEX charge_matches_of_job ON charge_matches (job) WHERE job IS NOT NULL;
-- Work is looked for by the id of its answer, and by when it was sent.
CREATE INDEX jobs_by_answer ON jobs (answer_id) WHERE answer_id IS NOT NULL;
CREATE INDEX jobs_by_sending ON jobs (account, sent_at) WHERE sent_at IS NOT NULL;
