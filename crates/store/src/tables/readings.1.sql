-- Texts that are spoken, and the pieces they are spoken in.
CREATE TABLE readings (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    pretend INTEGER NOT NULL,
    request TEXT NOT NULL,              -- JSON
    title TEXT NOT NULL,
    estimate TEXT,                      -- decimal
    estimate_currency TEXT,
    audition TEXT,                      -- those that were asked for together to be compared
    created_at INTEGER NOT NULL,        -- milliseconds since 1970
    chapters TEXT,                      -- JSON, once it is whole
    item TEXT,                          -- what it became
    error TEXT,                         -- JSON: why all its pieces are here and it isn't whole
    dismissed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX readings_shown ON readings (created_at, id) WHERE dismissed = 0;
CREATE INDEX readings_unfinished ON readings (created_at, id) WHERE item IS NULL;

CREATE TABLE reading_pieces (
    reading INTEGER NOT NULL REFERENCES readings (row) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    pause_ms INTEGER NOT NULL,          -- before it
    chapter TEXT,                       -- that begins with it
    job TEXT NOT NULL,                  -- the last one
    file TEXT,                          -- its sound, below `readings/ID`, until all is whole
    PRIMARY KEY (reading, position)
) STRICT, WITHOUT ROWID;
