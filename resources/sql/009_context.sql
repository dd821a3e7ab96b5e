-- What models wrote about the beginnings of conversations that are longer than a context.

-- covers: ids of the messages that it stands for, from the first of the branch on, each between spaces. A branch with other messages at its
-- beginning does not use it.
CREATE TABLE summary (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id    INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    covers     TEXT    NOT NULL,
    content    TEXT    NOT NULL,
    model_name TEXT    NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
);

CREATE INDEX summary_by_chat ON summary (chat_id);

-- What is erased for good (its empty row stays, see 005_tree.sql) is not told of any more.
CREATE TRIGGER summary_of_message AFTER UPDATE OF deleted_at ON message WHEN new.deleted_at = 0
BEGIN DELETE FROM summary WHERE chat_id = old.chat_id AND instr(covers, ' ' || old.id || ' ') > 0; END;
