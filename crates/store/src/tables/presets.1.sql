-- Settings of conversations, under names.
CREATE TABLE presets (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,             -- folded, for sorting
    settings TEXT NOT NULL              -- JSON
) STRICT, WITHOUT ROWID;
