-- +goose Up

-- Pull requests where no comment is written or edited until then.
CREATE TABLE snoozes (
    repository   INTEGER NOT NULL,
    pull         INTEGER NOT NULL,
    installation INTEGER NOT NULL,
    until        INTEGER NOT NULL,
    PRIMARY KEY (repository, pull)
);
CREATE INDEX snoozes_until ON snoozes (until);

-- +goose Down
DROP TABLE snoozes;
