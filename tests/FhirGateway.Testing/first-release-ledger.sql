-- The ledger as the first release made it (schema version 1). Never edited: it stands for files that lie at sites.
CREATE TABLE message (
    sequence            INTEGER PRIMARY KEY AUTOINCREMENT,
    id                  TEXT NOT NULL UNIQUE,
    source              TEXT NOT NULL,
    identity            TEXT NOT NULL,
    content_type        TEXT,
    headers             TEXT,
    received_at         TEXT NOT NULL,
    note                TEXT,
    body_bytes          INTEGER NOT NULL,
    body_sha256         TEXT NOT NULL,
    duplicates          INTEGER NOT NULL DEFAULT 0,
    differing           INTEGER NOT NULL DEFAULT 0,
    last_duplicate_at   TEXT,
    body                BLOB NOT NULL,
    UNIQUE (source, identity)
);

CREATE TABLE delivery (
    sequence            INTEGER PRIMARY KEY AUTOINCREMENT,
    id                  TEXT NOT NULL UNIQUE,
    message_id          TEXT NOT NULL REFERENCES message (id),
    source              TEXT NOT NULL,
    event_key           TEXT NOT NULL,
    event_type          TEXT NOT NULL,
    lane                TEXT NOT NULL,
    state               TEXT NOT NULL CHECK (state IN
                        ('pending', 'delivering', 'delivered', 'parked', 'dead', 'acknowledged', 'duplicate')),
    reason              TEXT,
    outcome             TEXT,
    refused             INTEGER NOT NULL DEFAULT 0,
    waits_for           TEXT,
    due_at              TEXT,
    token               TEXT,
    lease_until         TEXT,
    parked_since        TEXT,
    attempts            INTEGER NOT NULL DEFAULT 0,
    round_attempts      INTEGER NOT NULL DEFAULT 0,
    receipt             TEXT,
    first_delivery_id   TEXT REFERENCES delivery (id),
    received_at         TEXT NOT NULL,
    changed_at          TEXT NOT NULL
);

-- An event is delivered by one delivery only. A dead one gives the event up: a vendor that sends it again, mended, is heard.
CREATE UNIQUE INDEX delivery_event ON delivery (source, event_key)
    WHERE state IN ('pending', 'delivering', 'delivered', 'parked');
CREATE INDEX delivery_active ON delivery (sequence) WHERE state IN ('pending', 'delivering');
CREATE INDEX delivery_lane ON delivery (source, lane, sequence) WHERE state IN ('pending', 'delivering');
CREATE INDEX delivery_parked ON delivery (due_at) WHERE state = 'parked';
CREATE INDEX delivery_state ON delivery (source, state, sequence);
CREATE INDEX delivery_message ON delivery (message_id, sequence);

CREATE TABLE attempt (
    sequence            INTEGER PRIMARY KEY AUTOINCREMENT,
    token               TEXT NOT NULL UNIQUE,
    delivery_id         TEXT NOT NULL REFERENCES delivery (id),
    number              INTEGER NOT NULL,
    started_at          TEXT NOT NULL,
    ended_at            TEXT,
    outcome             TEXT,
    reason              TEXT
);
CREATE INDEX attempt_delivery ON attempt (delivery_id, sequence);

CREATE TABLE version (
    delivery_id         TEXT NOT NULL REFERENCES delivery (id),
    delivery_sequence   INTEGER NOT NULL,
    source              TEXT NOT NULL,
    set_key             TEXT NOT NULL,
    version_id          TEXT NOT NULL,
    version_order       TEXT NOT NULL,
    document            TEXT NOT NULL,
    owned               TEXT NOT NULL,
    PRIMARY KEY (delivery_id, set_key)
);
CREATE INDEX version_set ON version (source, set_key, version_order, delivery_sequence);

CREATE TABLE correlation (
    source              TEXT NOT NULL,
    key                 TEXT NOT NULL,
    value               TEXT NOT NULL,
    changed_at          TEXT NOT NULL,
    PRIMARY KEY (source, key)
) WITHOUT ROWID;

CREATE TABLE refusal (
    source              TEXT NOT NULL,
    reason              TEXT NOT NULL,
    day                 TEXT NOT NULL,
    count               INTEGER NOT NULL,
    last_at             TEXT NOT NULL,
    PRIMARY KEY (source, reason, day)
) WITHOUT ROWID;

PRAGMA user_version = 1;
