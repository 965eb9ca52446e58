-- What is filtered and sorted by is kept in narrow rows; the long texts lie in `makings`.
CREATE TABLE items (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    file INTEGER NOT NULL REFERENCES files (id),
    kind TEXT NOT NULL,
    origin TEXT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,            -- folded, for sorting
    model TEXT,
    bytes INTEGER NOT NULL,             -- as in `files`, for sorting
    made_at INTEGER NOT NULL,           -- milliseconds since 1970
    day TEXT NOT NULL,                  -- local, YYYY-MM-DD
    cost TEXT,                          -- decimal
    currency TEXT,
    certainty TEXT NOT NULL,
    pretend INTEGER NOT NULL,
    account TEXT,
    job TEXT,
    job_index INTEGER,
    seed INTEGER,
    rating INTEGER NOT NULL DEFAULT 0,
    favourite INTEGER NOT NULL DEFAULT 0,
    trashed INTEGER NOT NULL DEFAULT 0, -- for the indexes: whether trashed_at is set
    trashed_at INTEGER
) STRICT;
CREATE INDEX items_file ON items (file);
-- A result of a job is one item, however often its keeping is tried.
CREATE UNIQUE INDEX items_job ON items (job, job_index) WHERE job IS NOT NULL;
-- Each sort order walks its own index, which also holds all that pages are filtered by.
CREATE INDEX items_by_time ON items (trashed, made_at, id, kind, origin, model, favourite, rating);
CREATE INDEX items_by_title ON items (trashed, title_key, id, kind, origin, model, favourite, rating);
CREATE INDEX items_by_size ON items (trashed, bytes, id, kind, origin, model, favourite, rating);

CREATE TABLE makings (
    row INTEGER PRIMARY KEY REFERENCES items (row) ON DELETE CASCADE,
    prompt TEXT,
    negative_prompt TEXT,
    notes TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '[]',    -- JSON, in the user's order
    recipe TEXT,                        -- JSON
    receipt TEXT                        -- JSON
) STRICT;

CREATE TABLE item_tags (
    tag TEXT NOT NULL,
    item INTEGER NOT NULL REFERENCES items (row) ON DELETE CASCADE,
    PRIMARY KEY (tag, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_tags_item ON item_tags (item);

-- Filled with words that were already split (Chinese into single characters): see library/words.rs.
CREATE VIRTUAL TABLE words USING fts5 (
    title, prompt, model, tags, notes,
    content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 2"
);
