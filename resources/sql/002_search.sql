-- Full-text search, and errors that can be shown in any language.

-- Over the text of finished messages as app/text/search_text prepares it (a space around every CJK character). Contentless:
-- the text itself is in message.content, from which the entry of a message is made again to delete it.
CREATE VIRTUAL TABLE message_search USING fts5 (
    text, content = '', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

-- 1: the message has its entry in message_search.
ALTER TABLE message ADD COLUMN is_indexed INTEGER NOT NULL DEFAULT 0;

-- Entry of the error catalogue and technical text; error_cause and error_next_step are of older versions.
ALTER TABLE message ADD COLUMN error_id TEXT NOT NULL DEFAULT '';

ALTER TABLE message ADD COLUMN error_detail TEXT NOT NULL DEFAULT '';

CREATE INDEX message_not_indexed ON message (id) WHERE is_indexed = 0;
