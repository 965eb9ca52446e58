-- Paid work, written down before it is asked for.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    account TEXT NOT NULL,
    operation TEXT NOT NULL,
    title TEXT NOT NULL,
    model TEXT,
    request TEXT NOT NULL,              -- JSON
    source TEXT,
    wanted INTEGER NOT NULL,
    ratio REAL,
    pretend INTEGER NOT NULL,
    estimate TEXT,
    estimate_currency TEXT,
    held TEXT,
    held_currency TEXT,
    charged TEXT,
    charged_currency TEXT,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    finished_at INTEGER,
    answer_id TEXT,
    cf_ray TEXT,
    remote_id TEXT,
    download_url TEXT,
    error TEXT,                         -- JSON
    work_file TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    dismissed INTEGER NOT NULL DEFAULT 0,
    expected_ms INTEGER,
    took_ms INTEGER
) STRICT;
CREATE INDEX jobs_by_time ON jobs (created_at, id);
CREATE INDEX jobs_open ON jobs (state) WHERE state IN ('planned', 'sent', 'accepted', 'ready');
CREATE INDEX jobs_took ON jobs (operation, model, finished_at) WHERE state = 'saved' AND took_ms IS NOT NULL;
