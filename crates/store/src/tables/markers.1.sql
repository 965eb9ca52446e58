-- Places in a sound that somebody marked.
CREATE TABLE markers (
    item INTEGER NOT NULL REFERENCES items (row) ON DELETE CASCADE,
    position INTEGER NOT NULL,          -- from 0, in the order of the sound
    at_ms INTEGER NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;
