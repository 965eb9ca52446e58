-- What goes with messages. Bytes are files: of the library, or below `attachments`, named by their hash.
CREATE TABLE attachments (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    blake3 TEXT,                        -- of a file below `attachments`
    item TEXT,                          -- of the library
    url TEXT,
    cost TEXT,                          -- decimal
    currency TEXT,
    pretend INTEGER NOT NULL DEFAULT 0,
    excerpt TEXT,
    created_at INTEGER NOT NULL,        -- milliseconds since 1970
    wanted_at INTEGER NOT NULL          -- when it was last asked to be kept
) STRICT;
CREATE INDEX attachments_of_file ON attachments (blake3) WHERE blake3 IS NOT NULL;
CREATE INDEX attachments_of_item ON attachments (item) WHERE item IS NOT NULL;

CREATE TABLE message_attachments (
    message INTEGER NOT NULL REFERENCES messages (row) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    attachment INTEGER NOT NULL REFERENCES attachments (row),
    PRIMARY KEY (message, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_attachments_of ON message_attachments (attachment);
