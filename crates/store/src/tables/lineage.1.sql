-- What was made from what. A parent may be gone: the link then still tells that there was one.
CREATE TABLE lineage (
    child TEXT NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    parent TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (child, parent, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX lineage_parent ON lineage (parent, child);
