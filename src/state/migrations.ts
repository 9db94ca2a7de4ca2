/**
 * The database's history: entry n brings version n to version n + 1 (`PRAGMA user_version`). Append only; an entry that
 * was released is never edited. All tables are STRICT; times are epoch milliseconds; documents are JSON text.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE stack (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    wanted   TEXT NOT NULL CHECK (wanted IN ('running', 'stopped', 'removed')),
    revision INTEGER NOT NULL,
    tag_key  TEXT NOT NULL,
    sequence INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE revision (
    stack      INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    digest     TEXT NOT NULL,
    document   TEXT NOT NULL,
    images     TEXT NOT NULL,
    source     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (stack, number)
  ) STRICT;

  CREATE TABLE hold (
    stack   INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    key     TEXT NOT NULL,
    reason  TEXT NOT NULL CHECK (reason IN ('operator', 'breaker')),
    since   INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    PRIMARY KEY (stack, key)
  ) STRICT;

  CREATE TABLE backoff (
    stack        INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    key          TEXT NOT NULL,
    container    TEXT NOT NULL,
    class        TEXT NOT NULL,
    attempts     INTEGER NOT NULL,
    window_start INTEGER NOT NULL,
    not_before   INTEGER NOT NULL,
    task         INTEGER NOT NULL,
    PRIMARY KEY (stack, key)
  ) STRICT;

  CREATE TABLE step_failure (
    stack    INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    step     TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (stack, step)
  ) STRICT;

  CREATE TABLE memo (
    stack      INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    service    TEXT NOT NULL,
    definition TEXT NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (stack, service)
  ) STRICT;

  CREATE TABLE renewal (
    stack     INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    container TEXT NOT NULL,
    task      INTEGER NOT NULL,
    PRIMARY KEY (stack, container)
  ) STRICT;

  CREATE TABLE slot (
    stack INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    key   TEXT NOT NULL,
    nonce INTEGER NOT NULL,
    PRIMARY KEY (stack, key)
  ) STRICT;

  -- Of all stacks of the node: a subnet stays leased until its network was removed, whoever asked for it.
  CREATE TABLE subnet_lease (
    network TEXT PRIMARY KEY,
    subnet  TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE journal (
    seq       INTEGER PRIMARY KEY,
    stack     TEXT NOT NULL,
    round     INTEGER NOT NULL,
    step      TEXT NOT NULL,
    kind      TEXT NOT NULL,
    target    TEXT NOT NULL,
    intent_at INTEGER NOT NULL,
    done_at   INTEGER,
    outcome   TEXT
  ) STRICT;
  CREATE INDEX journal_open ON journal (stack) WHERE done_at IS NULL;

  CREATE TABLE event (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    boot_id   TEXT NOT NULL,
    stack     TEXT NOT NULL,
    key       TEXT NOT NULL,
    type      TEXT NOT NULL,
    message   TEXT NOT NULL,
    cause_seq INTEGER,
    data      TEXT
  ) STRICT;
  CREATE INDEX event_stack ON event (stack, seq);
  CREATE INDEX event_object ON event (stack, key, seq);
  `,
];
