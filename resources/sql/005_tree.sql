-- Messages that are edited and deleted one by one.

-- Hidden: what follows it is shown under its parent. Milliseconds since 1970, UTC, of the deletion, which can be undone; 0: its text is
-- erased for good, the empty row keeps the tree together.
ALTER TABLE message ADD COLUMN deleted_at INTEGER;

-- Under a hidden message: the nearest message above it that is not hidden, 0 for none.
ALTER TABLE message ADD COLUMN moved_to INTEGER;

-- 1: a person wrote it over the answer of a model.
ALTER TABLE message ADD COLUMN is_edited INTEGER NOT NULL DEFAULT 0;

-- What a message is shown under; parent_id stays what it always was. (No generated column: SQLite 3.40 cannot copy those with VACUUM INTO
-- from a read-only connection.)
CREATE INDEX message_by_shown_parent ON message (nullif(ifnull(moved_to, parent_id), 0), chat_id);

-- The messages that are not hidden, with that.
CREATE VIEW shown_message AS SELECT *, nullif(ifnull(moved_to, parent_id), 0) AS shown_parent_id FROM message WHERE deleted_at IS NULL;

CREATE INDEX message_hidden ON message (deleted_at) WHERE deleted_at > 0;

-- The shape of all trees without their texts, for the check at every start.
CREATE INDEX message_node ON message (id, chat_id, parent_id, moved_to, deleted_at);
