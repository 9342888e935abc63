using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Ledger.Sqlite;

/// <summary>
/// The ledger's tables, brought forward one version at a time. A step that shipped is never edited: the next one amends it.
/// </summary>
internal static partial class SqliteSchema
{
    private static readonly string[] Steps =
    [
        """
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

        -- An event is delivered by one delivery only. A dead one gives the event up: a vendor may send it again, corrected.
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
        """,

        // An order used to end in the message's id. Of two that are equal without it, the order of recording counts.
        """
        UPDATE version SET version_order = substr(version_order, 1, length(version_order) - 37)
        WHERE version_order LIKE '%|________-____-____-____-____________'
        """,

        // UUIDs in keys used to keep the letters they came in. Of two messages that differ in nothing else, the small letters are the
        // event's own from now on; the other keeps its spelling, as a record of what was sent.
        """
        UPDATE OR IGNORE message SET identity = small_uuids(identity) WHERE identity <> small_uuids(identity);
        UPDATE OR IGNORE delivery SET event_key = small_uuids(event_key) WHERE event_key <> small_uuids(event_key);
        UPDATE OR IGNORE correlation SET key = small_uuids(key) WHERE key <> small_uuids(key);
        UPDATE delivery SET waits_for = 'correlation:' || small_uuids(substr(waits_for, 13)) WHERE waits_for LIKE 'correlation:%'
        """,

        // Refused calls of proven senders, so that whoever runs the gateway sees which rule each broke.
        """
        CREATE TABLE refused_call (
            sequence            INTEGER PRIMARY KEY AUTOINCREMENT,
            source              TEXT NOT NULL,
            received_at         TEXT NOT NULL,
            status              INTEGER NOT NULL,
            reason              TEXT NOT NULL,
            body_bytes          INTEGER NOT NULL,
            problems            TEXT NOT NULL
        );
        CREATE INDEX refused_call_source ON refused_call (source, sequence);
        """,

        // What was odd about a delivery that went on all the same, and whether its event came again with other content.
        """
        ALTER TABLE delivery ADD COLUMN doubts TEXT;
        ALTER TABLE delivery ADD COLUMN content TEXT;
        ALTER TABLE delivery ADD COLUMN differing INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE delivery ADD COLUMN last_differing_at TEXT;
        ALTER TABLE delivery ADD COLUMN last_differing_message_id TEXT;
        """,

        // The first release wrote a resource by the vendor's own id, and knew of a document's versions only what they share: not whom they
        // are about. From now on a version says for whom it was written, under which identities, and whether it was ever current.
        // What was recorded before keeps its keys and has no subject: its successor finds it on the destination by them, looks whose it is,
        // and continues or ends exactly that. A delivery that was tried before may have written under former keys, too: sent again, it
        // continues what its receipt names.
        """
        CREATE TABLE version_now (
            delivery_id         TEXT NOT NULL REFERENCES delivery (id),
            delivery_sequence   INTEGER NOT NULL,
            source              TEXT NOT NULL,
            set_key             TEXT NOT NULL,
            version_id          TEXT NOT NULL,
            version_order       TEXT NOT NULL,
            place               INTEGER,            -- of a document's versions for one subject the greatest is current; NULL: came late
            document            TEXT NOT NULL,
            owned               TEXT NOT NULL,
            composition         TEXT,
            subject             TEXT,               -- NULL: recorded by the first release
            subject_as_given    TEXT,
            ended               TEXT                -- why it no longer counts; NULL while it does
        );
        INSERT INTO version_now (delivery_id, delivery_sequence, source, set_key, version_id, version_order, place, document, owned)
        SELECT delivery_id, delivery_sequence, source, set_key, version_id, version_order,
               row_number() OVER (PARTITION BY source, set_key ORDER BY version_order, delivery_sequence), document, owned
        FROM version;
        DROP TABLE version;
        ALTER TABLE version_now RENAME TO version;
        CREATE INDEX version_set ON version (source, set_key, subject, place);
        CREATE INDEX version_delivery ON version (delivery_id);

        ALTER TABLE delivery ADD COLUMN former_keys INTEGER NOT NULL DEFAULT 0;
        UPDATE delivery SET former_keys = 1 WHERE attempts > 0;

        -- What a person decided for a delivery that could not go on by itself.
        CREATE TABLE decision (
            sequence            INTEGER PRIMARY KEY AUTOINCREMENT,
            delivery_id         TEXT NOT NULL REFERENCES delivery (id),
            about               TEXT NOT NULL,      -- what the delivery waited for: the decision holds for that alone
            decision            TEXT NOT NULL,
            reason              TEXT NOT NULL,
            decided_by          TEXT NOT NULL,
            decided_at          TEXT NOT NULL
        );
        CREATE INDEX decision_delivery ON decision (delivery_id, sequence);
        """,

        // What was learnt of a destination, which the next start must know.
        """
        CREATE TABLE learnt (
            subject             TEXT NOT NULL,
            name                TEXT NOT NULL,
            value               TEXT NOT NULL,
            learnt_at           TEXT NOT NULL,
            PRIMARY KEY (subject, name)
        ) WITHOUT ROWID;
        """,

        // By what the site said whose a delivery is, so that it goes out again when the site says otherwise. What was recorded before has
        // none: whoever registers another value replays it.
        """
        ALTER TABLE delivery ADD COLUMN correlation TEXT;
        CREATE INDEX delivery_correlation ON delivery (source, correlation) WHERE correlation IS NOT NULL;
        """,

        // Under which base the gateway names what it writes, once it was started with one; and for a delivery that may have been written
        // under an earlier one, which.
        """
        CREATE TABLE name_base (base TEXT NOT NULL);
        ALTER TABLE delivery ADD COLUMN named_under TEXT;
        """,

        // Which process holds a delivery that is being worked on: when it dies, others need not wait for the lease to end.
        "ALTER TABLE delivery ADD COLUMN holder TEXT",

        // Whether a pending delivery waits because the destination was down or busy: once it is back, it need not wait longer. What it was
        // parked for before stays in waits_for, so that a person can decide about it meanwhile.
        "ALTER TABLE delivery ADD COLUMN awaits_destination INTEGER NOT NULL DEFAULT 0",

        // Accepting a message appends one row; the index follows behind and says how far it is. A message's row is what the index made of
        // it, under the same sequence.
        """
        CREATE TABLE body (
            sequence            INTEGER PRIMARY KEY AUTOINCREMENT,
            head                BLOB NOT NULL,
            body                BLOB NOT NULL
        );
        INSERT INTO body (sequence, head, body) SELECT sequence, x'', body FROM message;
        ALTER TABLE message DROP COLUMN body;
        CREATE TABLE progress (indexed INTEGER NOT NULL);
        INSERT INTO progress (indexed) SELECT coalesce(max(sequence), 0) FROM body;
        """,

        // What may hold something of a payload is sealed. A word sealed by each key tells whether a key ring is the right one. What earlier
        // programs kept in clear is sealed after this step, part by part: of each, up to which sequence that is done. At the end the file
        // forgets what it no longer needs.
        """
        CREATE TABLE key_proof (
            key_id              TEXT PRIMARY KEY,
            proof               BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE in_clear (
            part                TEXT PRIMARY KEY,
            done                INTEGER NOT NULL
        ) WITHOUT ROWID;
        INSERT INTO in_clear (part, done)
        VALUES ('body', 0), ('delivery', 0), ('attempt', 0), ('decision', 0), ('version', 0), ('correlation', 0), ('file', 0);
        """,

        // When a message's body was removed, since nobody needed it any more.
        """
        ALTER TABLE message ADD COLUMN body_gone_at TEXT;
        CREATE INDEX message_body ON message (sequence) WHERE body_gone_at IS NULL;
        """,

        // Whether what a parked delivery waits for is asked for together with what others wait for. What was parked before is tried once,
        // and parked anew.
        """
        ALTER TABLE delivery ADD COLUMN is_asked_for INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX delivery_awaited ON delivery (waits_for) WHERE state = 'parked';
        """,

        // Messages and deliveries may be forgotten; the versions that they left, and what was decided about these, stay while they count.
        """
        CREATE TABLE version_now (
            delivery_id         TEXT NOT NULL,      -- of a delivery that may be forgotten
            delivery_sequence   INTEGER NOT NULL,
            source              TEXT NOT NULL,
            set_key             TEXT NOT NULL,
            version_id          TEXT NOT NULL,
            version_order       TEXT NOT NULL,
            place               INTEGER,
            document            TEXT NOT NULL,
            owned               TEXT NOT NULL,
            composition         TEXT,
            subject             TEXT,
            subject_as_given    TEXT,
            ended               TEXT
        );
        INSERT INTO version_now (rowid, delivery_id, delivery_sequence, source, set_key, version_id, version_order, place, document, owned,
            composition, subject, subject_as_given, ended)
        SELECT rowid, delivery_id, delivery_sequence, source, set_key, version_id, version_order, place, document, owned, composition,
            subject, subject_as_given, ended
        FROM version;
        DROP TABLE version;
        ALTER TABLE version_now RENAME TO version;
        CREATE INDEX version_set ON version (source, set_key, subject, place);
        CREATE INDEX version_delivery ON version (delivery_id);

        CREATE TABLE decision_now (
            sequence            INTEGER PRIMARY KEY AUTOINCREMENT,
            delivery_id         TEXT NOT NULL,      -- of a delivery that may be forgotten
            about               TEXT NOT NULL,
            decision            TEXT NOT NULL,
            reason              TEXT NOT NULL,
            decided_by          TEXT NOT NULL,
            decided_at          TEXT NOT NULL
        );
        INSERT INTO decision_now SELECT sequence, delivery_id, about, decision, reason, decided_by, decided_at FROM decision;
        DROP TABLE decision;
        ALTER TABLE decision_now RENAME TO decision;
        CREATE INDEX decision_delivery ON decision (delivery_id, sequence);

        CREATE INDEX delivery_first ON delivery (first_delivery_id) WHERE first_delivery_id IS NOT NULL;
        CREATE INDEX message_receipt ON message (sequence) WHERE body_gone_at IS NOT NULL;
        """,

        // Whoever claims looks who holds what: however many others are pending.
        "CREATE INDEX delivery_held ON delivery (holder) WHERE state = 'delivering'",

        // Values are sealed in a second form, which a program that knows no more than the step before can't open.
        "SELECT 1",

        // Whoever waits asks what is due next: however many others are pending.
        "CREATE INDEX delivery_due ON delivery (due_at) WHERE state = 'pending'",

        // Whether a parked delivery holds its lane: what was refused without a reason does. All parked ones are tried before what comes
        // after them.
        """
        ALTER TABLE delivery ADD COLUMN holds_lane INTEGER NOT NULL DEFAULT 0;
        UPDATE delivery SET holds_lane = 1 WHERE state = 'parked' AND waits_for = 'destination-refusal';
        CREATE INDEX delivery_waiting ON delivery (source, lane, sequence) WHERE state = 'parked';
        """,
    ];

    /// <summary>The version that this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>Brings the file to <see cref="Version"/>; safe when several processes start at once.</summary>
    /// <exception cref="InvalidOperationException">A newer program wrote the file.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        connection.CreateFunction<string, string>("small_uuids", SmallUuids, isDeterministic: true);
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            var found = connection.ExecuteScalar<int>("PRAGMA user_version");
            if (found > Version)
                throw new InvalidOperationException(
                    $"The ledger {connection.DataSource} has schema version {found}; this program knows {Version}. Run the newer program.");
            for (var step = found; step < Version; step++) connection.Execute(Steps[step]);
            if (found < Version) connection.Execute($"PRAGMA user_version = {Version}");
            connection.Execute("COMMIT");
        }
        catch
        {
            connection.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>A key whose parts that are UUIDs are in small letters; all others as they are.</summary>
    private static string SmallUuids(string key) => UuidPart().Replace(key, uuid => uuid.Value.ToLowerInvariant());

    // A part ends at "|", unless that is escaped.
    [GeneratedRegex(@"(?<=^|(?<!\\)\|)[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?=$|\|)", RegexOptions.CultureInvariant)]
    private static partial Regex UuidPart();
}
