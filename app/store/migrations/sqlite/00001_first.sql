-- Times are unix seconds. The job queue's own tables are River's migrations.

-- +goose Up
CREATE TABLE deliveries (
    id       TEXT PRIMARY KEY, -- X-GitHub-Delivery
    event    TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    received INTEGER NOT NULL
);
CREATE INDEX deliveries_received ON deliveries (received);

-- One row for each key with work outstanding: job is the newest, running the
-- one that holds the key until its lease ends.
CREATE TABLE claims (
    key          TEXT PRIMARY KEY,
    installation INTEGER NOT NULL,
    job          INTEGER NOT NULL,
    args         BLOB NOT NULL,
    running      INTEGER,
    lease        INTEGER NOT NULL DEFAULT 0,
    crashes      INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX claims_installation ON claims (installation);
CREATE INDEX claims_lease ON claims (lease) WHERE running IS NOT NULL;

CREATE TABLE facts (
    installation INTEGER NOT NULL,
    key          TEXT NOT NULL,
    value        BLOB NOT NULL,
    used         INTEGER NOT NULL,
    PRIMARY KEY (installation, key)
);
CREATE INDEX facts_used ON facts (used);

CREATE TABLE reports (
    installation INTEGER NOT NULL,
    repository   INTEGER NOT NULL,
    commit_id    TEXT NOT NULL,
    config       TEXT NOT NULL, -- hash of the configuration
    engine       TEXT NOT NULL,
    data         BLOB NOT NULL, -- gzip of the report's JSON
    created      INTEGER NOT NULL,
    PRIMARY KEY (installation, repository, commit_id, config, engine)
);
CREATE INDEX reports_created ON reports (created);

-- What every evaluation said, kept when the report itself is evicted.
CREATE TABLE history (
    installation INTEGER NOT NULL,
    repository   INTEGER NOT NULL,
    ref          TEXT NOT NULL,
    commit_id    TEXT NOT NULL,
    engine       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    level        INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    PRIMARY KEY (installation, repository, ref, commit_id, engine)
);
CREATE INDEX history_ref ON history (repository, ref, created);

CREATE TABLE comments (
    repository INTEGER NOT NULL,
    pull       INTEGER NOT NULL,
    comment    INTEGER NOT NULL,
    PRIMARY KEY (repository, pull)
);

-- +goose Down
DROP TABLE comments;
DROP TABLE history;
DROP TABLE reports;
DROP TABLE facts;
DROP TABLE claims;
DROP TABLE deliveries;
