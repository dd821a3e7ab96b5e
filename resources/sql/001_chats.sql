-- Conversations, their messages and the settings.
-- One statement per paragraph: the migration splits this file at empty lines.

-- head_id: last message of the branch that is shown. deleted_at: hidden, erased when the time to undo is over.
-- Times are milliseconds since 1970, UTC.
CREATE TABLE chat (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    title           TEXT    NOT NULL,
    title_is_custom INTEGER NOT NULL DEFAULT 0,
    head_id         INTEGER,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    deleted_at      INTEGER
);

CREATE INDEX chat_by_update ON chat (updated_at DESC);

-- Append-only tree: another answer to the same question is a sibling, nothing is overwritten.
-- id is the rowid, so that a full-text table can refer to it.
CREATE TABLE message (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id          INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    parent_id        INTEGER REFERENCES message (id) ON DELETE CASCADE,
    role             TEXT    NOT NULL CHECK (role IN ('user', 'assistant')),
    content          TEXT    NOT NULL DEFAULT '',
    status           TEXT    NOT NULL CHECK (status IN ('done', 'queued', 'waiting', 'reading', 'streaming', 'stopped',
                                                        'failed', 'interrupted', 'full')),
    model_name       TEXT    NOT NULL DEFAULT '',
    model_hash       TEXT    NOT NULL DEFAULT '',
    sampling         TEXT    NOT NULL DEFAULT '',
    seed             INTEGER NOT NULL DEFAULT 0,
    prompt_tokens    INTEGER NOT NULL DEFAULT 0,
    reused_tokens    INTEGER NOT NULL DEFAULT 0,
    generated_tokens INTEGER NOT NULL DEFAULT 0,
    first_token_s    REAL    NOT NULL DEFAULT 0,
    tokens_per_s     REAL    NOT NULL DEFAULT 0,
    stop_reason      TEXT    NOT NULL DEFAULT '',
    error_cause      TEXT    NOT NULL DEFAULT '',
    error_next_step  TEXT    NOT NULL DEFAULT '',
    created_at       INTEGER NOT NULL
);

CREATE INDEX message_by_chat ON message (chat_id);

CREATE INDEX message_by_parent ON message (parent_id);

CREATE INDEX message_under_way ON message (status) WHERE status IN ('queued', 'waiting', 'reading', 'streaming');

-- Pieces of an answer that is still being computed; merged into message.content when it ends.
CREATE TABLE answer_chunk (
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    PRIMARY KEY (message_id, seq)
) WITHOUT ROWID;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
