-- What is offered for deals, see docs/quotes.md.
create table quote (
  id integer not null primary key,
  version integer not null,
  lead_id integer not null references lead (id),
  opportunity_id integer not null references opportunity (id),
  reference text not null,
  revision integer not null,
  state text not null check (state in ('new', 'sent', 'on_review', 'accepted', 'denied', 'expired')),
  currency text not null,
  -- The last day on which it can be accepted, as its start in UTC.
  valid_until integer not null,
  -- What its lines come to, each of them rounded. Minor units.
  net_minor integer not null,
  tax_minor integer not null,
  -- What the customer reads.
  note text not null,
  -- What only people of the house read.
  memo text not null,
  -- Why it was denied; empty otherwise.
  reason text not null,
  sent_to text not null,
  sent_at integer,
  -- As they wrote their name at the private address; empty otherwise.
  answered_by text not null,
  answered_at integer,
  -- When it expires; null where nobody is to answer.
  look_at integer,
  created_by_id integer not null references app_user (id),
  created_at integer not null,
  updated_at integer not null
);
create index quote_lead on quote (lead_id, id);
create index quote_state on quote (state, id);
create index quote_opportunity on quote (opportunity_id);
create index quote_look_at on quote (look_at, id) where look_at is not null;

create table quote_line (
  id integer not null primary key,
  quote_id integer not null references quote (id),
  -- Order within its quote, from 1.
  position integer not null,
  product_id integer references product (id),
  text text not null,
  -- Thousandths.
  quantity integer not null,
  unit text not null,
  price_minor integer not null,
  -- Hundredths of a percent, as the taxes.
  discount integer not null,
  tax integer not null,
  -- How the product was taxed when the line was made.
  listed_tax integer,
  period text not null check (period in ('once', 'month', 'quarter', 'year'))
);
create index quote_line_quote on quote_line (quote_id, position);

-- What was sent, as the customer was shown it; never changed.
create table quote_revision (
  quote_id integer not null references quote (id),
  revision integer not null,
  -- As JSON.
  content text not null,
  sent_at integer not null,
  sent_to text not null,
  primary key (quote_id, revision)
);

-- The private addresses at which a revision is answered, by the digest of what is secret in them.
create table quote_link (
  token_hash text not null primary key,
  quote_id integer not null references quote (id),
  revision integer not null
);

-- How quotes are made: one row, or none while nobody said so.
create table quote_setting (
  id integer not null primary key check (id = 1),
  pattern text not null,
  -- Days.
  valid_days integer not null,
  -- The firm's address, and the last lines of each quote.
  sender text not null,
  footer text not null
);

-- The stage to which a deal moves when a quote of it comes to a state.
create table quote_stage (
  state text not null primary key check (state in ('new', 'sent', 'on_review', 'accepted', 'denied', 'expired')),
  stage_id integer not null references choice (id)
);
