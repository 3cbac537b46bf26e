-- Times are unix seconds. The job queue's own tables are River's migrations.

-- +goose Up
CREATE TABLE deliveries (
    id       TEXT PRIMARY KEY, -- X-GitHub-Delivery
    event    TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    received BIGINT NOT NULL
);
CREATE INDEX deliveries_received ON deliveries (received);

-- One row for each key with work outstanding: job is the newest, running the
-- one that holds the key until its lease ends.
CREATE TABLE claims (
    key          TEXT PRIMARY KEY,
    installation BIGINT NOT NULL,
    job          BIGINT NOT NULL,
    args         BYTEA NOT NULL,
    running      BIGINT,
    lease        BIGINT NOT NULL DEFAULT 0,
    crashes      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX claims_installation ON claims (installation);
CREATE INDEX claims_lease ON claims (lease) WHERE running IS NOT NULL;

CREATE TABLE facts (
    installation BIGINT NOT NULL,
    key          TEXT NOT NULL,
    value        BYTEA NOT NULL,
    used         BIGINT NOT NULL,
    PRIMARY KEY (installation, key)
);
CREATE INDEX facts_used ON facts (used);

CREATE TABLE reports (
    installation BIGINT NOT NULL,
    repository   BIGINT NOT NULL,
    commit_id    TEXT NOT NULL,
    config       TEXT NOT NULL, -- hash of the configuration
    engine       TEXT NOT NULL,
    data         BYTEA NOT NULL, -- gzip of the report's JSON
    created      BIGINT NOT NULL,
    PRIMARY KEY (installation, repository, commit_id, config, engine)
);
CREATE INDEX reports_created ON reports (created);

-- What every evaluation said, kept when the report itself is evicted.
CREATE TABLE history (
    installation BIGINT NOT NULL,
    repository   BIGINT NOT NULL,
    ref          TEXT NOT NULL,
    commit_id    TEXT NOT NULL,
    engine       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    level        BIGINT NOT NULL,
    created      BIGINT NOT NULL,
    PRIMARY KEY (installation, repository, ref, commit_id, engine)
);
CREATE INDEX history_ref ON history (repository, ref, created);

CREATE TABLE comments (
    repository BIGINT NOT NULL,
    pull       BIGINT NOT NULL,
    comment    BIGINT NOT NULL,
    PRIMARY KEY (repository, pull)
);

-- +goose Down
DROP TABLE comments;
DROP TABLE history;
DROP TABLE reports;
DROP TABLE facts;
DROP TABLE claims;
DROP TABLE deliveries;
