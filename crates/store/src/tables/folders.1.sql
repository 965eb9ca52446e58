-- Folders of conversations.
CREATE TABLE folders (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL              -- folded, for sorting
) STRICT;
