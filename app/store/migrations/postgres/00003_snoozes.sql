-- +goose Up

-- Pull requests where no comment is written or edited until then.
CREATE TABLE snoozes (
    repository   BIGINT NOT NULL,
    pull         BIGINT NOT NULL,
    installation BIGINT NOT NULL,
    until        BIGINT NOT NULL,
    PRIMARY KEY (repository, pull)
);
CREATE INDEX snoozes_until ON snoozes (until);

-- +goose Down
DROP TABLE snoozes;
