-- Scores of leads, see docs/scoring.md.
create table score_rule (
  id integer not null primary key,
  -- What it looks at, and what has to be so, as JSON.
  about text not null,
  test text not null,
  points integer not null,
  sentence text not null,
  retired_at integer
);

-- What became of trainings, the newest of them.
create table score_model (
  id integer not null primary key,
  trained_at integer not null,
  -- The model as JSON; null where there was too little to learn from.
  body text,
  -- What was learned from how many leads and how good it is, or why nothing was, as JSON.
  outcome text not null
);

-- Leads whose score a person or a file gave: it is not worked out.
create table score_kept (
  lead_id integer not null primary key references lead (id),
  -- Null where that is not known.
  user_id integer references app_user (id),
  at integer not null
);

-- One row: how leads are scored, and what the program has to do for it.
create table score_work (
  id integer not null primary key check (id = 1),
  uses_model boolean not null,
  -- When somebody asked for a training that has not ended.
  asked_at integer,
  -- Since when one is at work.
  training_since integer,
  -- Open leads after this number have to be scored anew; null when none has.
  rescore_after integer,
  -- Grows each time that this begins.
  round integer not null
);
insert into score_work (id, uses_model, round) values (1, false, 0);
