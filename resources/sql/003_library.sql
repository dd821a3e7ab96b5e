-- Models and adapters on this computer, and downloads.

-- A family of variants that answer alike: one repository, or one file that came from nowhere.
CREATE TABLE model (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT    NOT NULL,
    publisher    TEXT    NOT NULL DEFAULT '',
    licence      TEXT    NOT NULL DEFAULT '',
    repository   TEXT    NOT NULL DEFAULT '',
    catalogue_id TEXT    NOT NULL DEFAULT '',
    description  TEXT    NOT NULL DEFAULT '',
    card         TEXT    NOT NULL DEFAULT '',
    added_at     INTEGER NOT NULL
);

-- What can be loaded: one GGUF file, or all parts of a split one.
CREATE TABLE variant (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id     INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
    name         TEXT    NOT NULL,
    architecture TEXT    NOT NULL DEFAULT '',
    quantisation TEXT    NOT NULL DEFAULT '',
    source       TEXT    NOT NULL DEFAULT 'import',
    settings     TEXT    NOT NULL DEFAULT '',
    facts        TEXT    NOT NULL DEFAULT '',
    added_at     INTEGER NOT NULL,
    used_at      INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX variant_by_model ON variant (model_id);

CREATE TABLE adapter (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT    NOT NULL,
    domain       TEXT    NOT NULL DEFAULT 'own',
    description  TEXT    NOT NULL DEFAULT '',
    licence      TEXT    NOT NULL DEFAULT '',
    format       TEXT    NOT NULL DEFAULT '',
    architecture TEXT    NOT NULL DEFAULT '',
    base_name    TEXT    NOT NULL DEFAULT '',
    rank         INTEGER NOT NULL DEFAULT 0,
    alpha        REAL    NOT NULL DEFAULT 0,
    targets      TEXT    NOT NULL DEFAULT '',
    source       TEXT    NOT NULL DEFAULT 'import',
    added_at     INTEGER NOT NULL
);

-- One row for each file of a variant or of an adapter. Paths below the data folder are relative to it.
CREATE TABLE library_file (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    variant_id  INTEGER REFERENCES variant (id) ON DELETE CASCADE,
    adapter_id  INTEGER REFERENCES adapter (id) ON DELETE CASCADE,
    part        INTEGER NOT NULL DEFAULT 0,
    path        TEXT    NOT NULL UNIQUE,
    size        INTEGER NOT NULL DEFAULT 0,
    modified_at INTEGER NOT NULL DEFAULT 0,
    sha256      TEXT    NOT NULL DEFAULT '',
    verified_at INTEGER NOT NULL DEFAULT 0,
    is_missing  INTEGER NOT NULL DEFAULT 0,
    is_linked   INTEGER NOT NULL DEFAULT 0,
    CHECK ((variant_id IS NULL) <> (adapter_id IS NULL))
);

CREATE INDEX library_file_by_variant ON library_file (variant_id);

CREATE INDEX library_file_by_adapter ON library_file (adapter_id);

CREATE INDEX library_file_by_hash ON library_file (sha256) WHERE sha256 <> '';

-- Whether an adapter fits a variant, as far as it was looked at; reason: why it does not, in the engine's words.
CREATE TABLE adapter_fit (
    adapter_id INTEGER NOT NULL REFERENCES adapter (id) ON DELETE CASCADE,
    variant_id INTEGER NOT NULL REFERENCES variant (id) ON DELETE CASCADE,
    fits       INTEGER NOT NULL,
    reason     TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (adapter_id, variant_id)
) WITHOUT ROWID;

-- Switches of a chat; chat_id 0: what a new chat begins with. No foreign key to chat for that reason: ChatStore removes them.
CREATE TABLE adapter_binding (
    chat_id    INTEGER NOT NULL,
    adapter_id INTEGER NOT NULL REFERENCES adapter (id) ON DELETE CASCADE,
    is_on      INTEGER NOT NULL,
    scale      REAL    NOT NULL,
    PRIMARY KEY (chat_id, adapter_id)
) WITHOUT ROWID;

CREATE TRIGGER adapter_binding_of_chat AFTER DELETE ON chat BEGIN DELETE FROM adapter_binding WHERE chat_id = old.id; END;

-- Downloads that are not removed from the list; `request` and `progress` are JSON. Which bytes have arrived is written beside the files.
CREATE TABLE download (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    position   INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    request    TEXT    NOT NULL,
    problem    TEXT    NOT NULL DEFAULT '',
    received   INTEGER NOT NULL DEFAULT 0,
    total      INTEGER NOT NULL DEFAULT 0,
    added_at   INTEGER NOT NULL
);

-- JSON list of {id, name, hash, scale}: what answered besides the model.
ALTER TABLE message ADD COLUMN adapters TEXT NOT NULL DEFAULT '';
