-- Where imported chats came from.

-- hash: SHA-256 over format, id at the source and content, in hex. A file that is imported again brings no chat twice.
CREATE TABLE chat_source (
    chat_id INTEGER PRIMARY KEY REFERENCES chat (id) ON DELETE CASCADE,
    hash    TEXT NOT NULL
);

CREATE INDEX chat_source_by_hash ON chat_source (hash);
