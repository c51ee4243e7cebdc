-- Up Migration
-- How many requests each running task has served so far; a task writes only its own rows.
CREATE TABLE served (
  task uuid NOT NULL,
  kind text NOT NULL,
  version text NOT NULL,
  deployment text NOT NULL,
  requests bigint NOT NULL,
  PRIMARY KEY (task, kind)
);

-- Down Migration
DROP TABLE served;
