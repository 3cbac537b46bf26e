-- +goose Up

-- The first day, as unix seconds of its beginning, on which the verdict on the
-- default branch may be another without a push: a waiver or an attestation
-- begins, nears its end, or ends. 0 for none.
ALTER TABLE repositories ADD COLUMN due INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE repositories DROP COLUMN due;
