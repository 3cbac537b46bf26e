-- +goose Up

-- What is known of a repository beside its reports. told is GitHub's time of
-- the newest word on name and visibility; visibility '' counts as private.
CREATE TABLE repositories (
    repository   INTEGER PRIMARY KEY,
    installation INTEGER NOT NULL,
    full_name    TEXT NOT NULL DEFAULT '', -- owner/name in lower case
    visibility   TEXT NOT NULL DEFAULT '', -- public, internal or private
    told         INTEGER NOT NULL DEFAULT 0,
    branch       TEXT NOT NULL DEFAULT '', -- the default branch
    commit_id    TEXT NOT NULL DEFAULT '', -- of it, the one judged last
    kind         TEXT NOT NULL DEFAULT '',
    level        INTEGER NOT NULL DEFAULT 0,
    judged       INTEGER NOT NULL DEFAULT 0, -- 0: never
    swept        TEXT NOT NULL DEFAULT '', -- the head that the sweep queued last
    swept_at     INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX repositories_full_name ON repositories (full_name);
CREATE INDEX repositories_installation ON repositories (installation);

-- The one tracking issue of a repository; issue 0 while none was opened.
CREATE TABLE tracking (
    repository   INTEGER PRIMARY KEY,
    installation INTEGER NOT NULL,
    issue        INTEGER NOT NULL DEFAULT 0,
    opening      INTEGER NOT NULL DEFAULT 0, -- until then somebody is opening one
    reached      INTEGER NOT NULL DEFAULT 0, -- 1: the target was reached
    words        TEXT NOT NULL DEFAULT '', -- hash of what was written last
    snoozed      INTEGER NOT NULL DEFAULT 0  -- until then nothing is written
);
CREATE INDEX tracking_installation ON tracking (installation);

-- How many issues an installation got since when.
CREATE TABLE openings (
    installation INTEGER PRIMARY KEY,
    since        INTEGER NOT NULL,
    opened       INTEGER NOT NULL
);

-- What an installation lacks for an optional feature, until it works.
CREATE TABLE problems (
    installation INTEGER NOT NULL,
    feature      TEXT NOT NULL,
    problem      TEXT NOT NULL,
    since        INTEGER NOT NULL,
    PRIMARY KEY (installation, feature)
);

-- When a job that one replica does for all was done last.
CREATE TABLE turns (
    name  TEXT PRIMARY KEY,
    taken INTEGER NOT NULL
);

-- +goose Down
DROP TABLE turns;
DROP TABLE problems;
DROP TABLE openings;
DROP TABLE tracking;
DROP TABLE repositories;
