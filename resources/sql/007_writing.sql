-- What is being written: drafts, and texts that are used again.

-- chat_id 0: of the chat that has no first message yet. No foreign key to chat for that reason. attachments: JSON list of {name, text, part};
-- waiting: JSON list of {text, attachments}, messages to be sent when the answer that is under way has ended.
CREATE TABLE draft (
    chat_id     INTEGER PRIMARY KEY,
    text        TEXT NOT NULL DEFAULT '',
    attachments TEXT NOT NULL DEFAULT '',
    waiting     TEXT NOT NULL DEFAULT ''
);

CREATE TRIGGER draft_of_chat AFTER DELETE ON chat BEGIN DELETE FROM draft WHERE chat_id = old.id; END;

-- {placeholders} in the text are filled in when it is used.
CREATE TABLE snippet (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    text TEXT NOT NULL
);
