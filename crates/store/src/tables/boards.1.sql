-- Named sets of items.
CREATE TABLE boards (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL              -- folded, for sorting
) STRICT;

CREATE TABLE board_items (
    board INTEGER NOT NULL REFERENCES boards (row) ON DELETE CASCADE,
    item INTEGER NOT NULL REFERENCES items (row) ON DELETE CASCADE,
    put_at INTEGER NOT NULL,            -- milliseconds since 1970
    PRIMARY KEY (board, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX board_items_item ON board_items (item);
