-- Pages are found in memory (library/index.rs): what they were walked on before only made writing slower.
DROP INDEX items_by_time;
DROP INDEX items_by_title;
DROP INDEX items_by_size;
-- What is in the trash, and since when.
CREATE INDEX items_trash ON items (trashed_at) WHERE trashed = 1;
-- From now on the trash is emptied after a month. Nobody was told so of what is in it already: its month begins now.
UPDATE files SET revision = revision + 1 WHERE id IN (SELECT file FROM items WHERE trashed = 1);
UPDATE items SET trashed_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000 WHERE trashed = 1;
-- With the beginnings of words by themselves: the first letter that is typed finds as quickly as a whole word. It is filled
-- again from the texts (tables/items.rs), which SQL can't split.
DROP TABLE words;
CREATE VIRTUAL TABLE words USING fts5 (
    title, prompt, model, tags, notes,
    content = '', contentless_delete = 1, prefix = '1 2',
    tokenize = "unicode61 remove_diacritics 2"
);
