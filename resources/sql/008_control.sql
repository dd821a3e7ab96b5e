-- What chats set for themselves, and named sampling settings.

-- settings: JSON object, see app/storage/chat_settings.h. A chat without a row is as the settings of the application and of the model say.
CREATE TABLE chat_settings (
    chat_id  INTEGER PRIMARY KEY REFERENCES chat (id) ON DELETE CASCADE,
    settings TEXT    NOT NULL
);

-- sampling: JSON object of the same names.
CREATE TABLE preset (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT    NOT NULL,
    sampling TEXT    NOT NULL
);
