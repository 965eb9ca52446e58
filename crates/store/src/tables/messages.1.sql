-- What a branch is walked by is kept in narrow rows; the long texts lie in `message_texts`. Messages go only with their
-- conversation, so `parent` needs no constraint, and the index of one.
CREATE TABLE messages (
    row INTEGER PRIMARY KEY,            -- above its parent's, and those of earlier siblings
    id TEXT NOT NULL UNIQUE,
    conversation INTEGER NOT NULL REFERENCES conversations (row) ON DELETE CASCADE,
    parent INTEGER,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,        -- milliseconds since 1970
    length INTEGER NOT NULL,            -- of the text, in characters
    thought_ms INTEGER,
    model TEXT,
    job TEXT,
    pictures TEXT,                      -- the job that makes pictures here
    input INTEGER,                      -- tokens; all four or none
    cached INTEGER,
    output INTEGER,
    thoughts INTEGER,
    cost TEXT,                          -- decimal
    currency TEXT,
    cost_is_estimate INTEGER NOT NULL DEFAULT 0,
    pretend INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX messages_by_parent ON messages (conversation, parent);
CREATE INDEX messages_writing ON messages (conversation, job) WHERE state = 'writing';
CREATE INDEX messages_of_job ON messages (job) WHERE job IS NOT NULL;
CREATE INDEX messages_of_pictures ON messages (pictures) WHERE pictures IS NOT NULL;
CREATE INDEX messages_of_model ON messages (model, row, output) WHERE output IS NOT NULL;

CREATE TABLE message_texts (
    row INTEGER PRIMARY KEY REFERENCES messages (row) ON DELETE CASCADE,
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    body TEXT                           -- JSON
) STRICT;

-- What a message that is being written has grown by: a long text isn't written anew for each word.
CREATE TABLE message_pieces (
    message INTEGER NOT NULL REFERENCES messages (row) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    PRIMARY KEY (message, number)
) STRICT, WITHOUT ROWID;

-- Filled with words that were already split, once a message has ended: see library/words.rs. A conversation's first
-- message is also found by the user's name for the conversation.
CREATE VIRTUAL TABLE message_words USING fts5 (
    text, attachments, title,
    content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 2"
);
