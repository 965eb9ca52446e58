-- Words that are used again, under names.
CREATE TABLE prompts (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,             -- folded, for sorting
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
