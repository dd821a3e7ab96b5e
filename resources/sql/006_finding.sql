-- Pinned, filed and archived chats, and what a search may be narrowed down to.

CREATE TABLE folder (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT    NOT NULL,
    is_collapsed INTEGER NOT NULL DEFAULT 0
);

ALTER TABLE chat ADD COLUMN folder_id INTEGER REFERENCES folder (id) ON DELETE SET NULL;

ALTER TABLE chat ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0;

ALTER TABLE chat ADD COLUMN is_archived INTEGER NOT NULL DEFAULT 0;

CREATE INDEX chat_by_folder ON chat (folder_id) WHERE folder_id IS NOT NULL;

-- Which models and adapters answered in which chats, without reading any text.
CREATE INDEX message_by_model ON message (model_name, chat_id, deleted_at) WHERE model_name <> '';

CREATE INDEX message_by_adapters ON message (adapters, chat_id, deleted_at) WHERE adapters <> '';
