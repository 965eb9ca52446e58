CREATE TABLE conversations (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT,                         -- the user's; else there are the first words
    first_words TEXT NOT NULL DEFAULT '',
    folder INTEGER REFERENCES folders (row) ON DELETE SET NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0,
    trashed INTEGER NOT NULL DEFAULT 0, -- for the index: whether trashed_at is set
    trashed_at INTEGER,
    created_at INTEGER NOT NULL,        -- milliseconds since 1970
    touched_at INTEGER NOT NULL,
    head INTEGER,                       -- the message at the end of the shown branch
    settings TEXT NOT NULL,             -- JSON
    character TEXT,                     -- JSON
    draft TEXT                          -- JSON
) STRICT;
-- A page of the list is walked on it.
CREATE INDEX conversations_by_time ON conversations (trashed, archived, pinned, touched_at, id, folder);
CREATE INDEX conversations_of_folder ON conversations (folder, trashed, archived, pinned, touched_at, id);
