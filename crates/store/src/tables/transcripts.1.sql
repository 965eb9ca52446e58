-- Transcripts: what is known of each beside its text, which lies in the library as `transcripts/ID.json`.
CREATE TABLE transcripts (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    item TEXT,                          -- what it was made from: this, or the address
    url TEXT,
    model TEXT,
    language TEXT,
    account TEXT,
    request TEXT NOT NULL,              -- JSON
    length_ms INTEGER,
    is_cut INTEGER NOT NULL,            -- its pieces are known
    problem TEXT,                       -- JSON
    revision INTEGER NOT NULL,
    edited INTEGER NOT NULL,            -- the revision of the last change by a person
    words INTEGER NOT NULL,
    created_at INTEGER NOT NULL,        -- milliseconds since 1970
    changed_at INTEGER NOT NULL,
    trashed INTEGER NOT NULL DEFAULT 0, -- for the index: whether trashed_at is set
    trashed_at INTEGER
) STRICT;
CREATE INDEX transcripts_by_time ON transcripts (trashed, changed_at, id);
CREATE INDEX transcripts_of_item ON transcripts (item, changed_at) WHERE item IS NOT NULL;
CREATE INDEX transcripts_uncut ON transcripts (created_at) WHERE is_cut = 0;

-- The text without its times, for excerpts.
CREATE TABLE transcript_texts (
    row INTEGER PRIMARY KEY REFERENCES transcripts (row) ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;

-- The stretches that are asked for one by one. What was heard is kept as it came, whatever is made of it in the text.
CREATE TABLE transcript_pieces (
    transcript INTEGER NOT NULL REFERENCES transcripts (row) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    job TEXT,                           -- the last one
    arrived INTEGER,                    -- the revision its words came with
    is_timed INTEGER NOT NULL DEFAULT 0,
    heard TEXT,                         -- JSON
    PRIMARY KEY (transcript, number)
) STRICT;

-- Filled with words that were already split: see library/words.rs.
CREATE VIRTUAL TABLE transcript_words USING fts5 (
    title, text,
    content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 2"
);
