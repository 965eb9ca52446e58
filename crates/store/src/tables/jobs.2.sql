-- Jobs that were asked for together.
ALTER TABLE jobs ADD COLUMN batch TEXT;
ALTER TABLE jobs ADD COLUMN batch_index INTEGER;
ALTER TABLE jobs ADD COLUMN batch_of INTEGER;
CREATE INDEX jobs_of_batch ON jobs (batch, batch_index) WHERE batch IS NOT NULL;
-- The strip is read often, and most jobs have left it.
CREATE INDEX jobs_shown ON jobs (created_at, batch_index, id) WHERE dismissed = 0;

-- The words that pictures were asked for with, each once.
CREATE TABLE past_prompts (
    prompt TEXT PRIMARY KEY NOT NULL,
    folded TEXT NOT NULL,               -- in small letters, for searching
    negative_prompt TEXT,               -- the last one
    used_at INTEGER NOT NULL,           -- milliseconds since 1970
    times INTEGER NOT NULL
) STRICT;
CREATE INDEX past_prompts_by_time ON past_prompts (used_at);
-- Of the columns beside max(), SQLite answers those of the row with the greatest.
INSERT INTO past_prompts (prompt, folded, negative_prompt, used_at, times)
    SELECT json_extract(request, '$.prompt') AS words, lower(json_extract(request, '$.prompt')),
        json_extract(request, '$.negative_prompt'), max(created_at), count(*)
    FROM jobs WHERE kind IN ('make', 'edit') AND json_type(request, '$.prompt') = 'text' GROUP BY words;
