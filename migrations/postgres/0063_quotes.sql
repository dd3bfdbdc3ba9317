-- What is offered for deals, see docs/quotes.md.
create table quote (
  id bigint not null primary key,
  version bigint not null,
  lead_id bigint not null references lead (id),
  opportunity_id bigint not null references opportunity (id),
  reference text not null,
  revision bigint not null,
  state text not null check (state in ('new', 'sent', 'on_review', 'accepted', 'denied', 'expired')),
  currency text not null,
  -- The last day on which it can be accepted, as its start in UTC.
  valid_until bigint not null,
  -- What its lines come to, each of them rounded. Minor units.
  net_minor bigint not null,
  tax_minor bigint not null,
  -- What the customer reads.
  note text not null,
  -- What only people of the house read.
  memo text not null,
  -- Why it was denied; empty otherwise.
  reason text not null,
  sent_to text not null,
  sent_at bigint,
  -- As they wrote their name at the private address; empty otherwise.
  answered_by text not null,
  answered_at bigint,
  -- When it expires; null where nobody is to answer.
  look_at bigint,
  created_by_id bigint not null references app_user (id),
  created_at bigint not null,
  updated_at bigint not null
);
create index quote_lead on quote (lead_id, id);
create index quote_state on quote (state, id);
create index quote_opportunity on quote (opportunity_id);
create index quote_look_at on quote (look_at, id) where look_at is not null;

create table quote_line (
  id bigint not null primary key,
  quote_id bigint not null references quote (id),
  -- Order within its quote, from 1.
  position bigint not null,
  product_id bigint references product (id),
  text text not null,
  -- Thousandths.
  quantity bigint not null,
  unit text not null,
  price_minor bigint not null,
  -- Hundredths of a percent, as the taxes.
  discount bigint not null,
  tax bigint not null,
  -- How the product was taxed when the line was made.
  listed_tax bigint,
  period text not null check (period in ('once', 'month', 'quarter', 'year'))
);
create index quote_line_quote on quote_line (quote_id, position);

-- What was sent, as the customer was shown it; never changed.
create table quote_revision (
  quote_id bigint not null references quote (id),
  revision bigint not null,
  -- As JSON.
  content text not null,
  sent_at bigint not null,
  sent_to text not null,
  primary key (quote_id, revision)
);

-- The private addresses at which a revision is answered, by the digest of what is secret in them.
create table quote_link (
  token_hash text not null primary key,
  quote_id bigint not null references quote (id),
  revision bigint not null
);

-- How quotes are made: one row, or none while nobody said so.
create table quote_setting (
  id bigint not null primary key check (id = 1),
  pattern text not null,
  -- Days.
  valid_days bigint not null,
  -- The firm's address, and the last lines of each quote.
  sender text not null,
  footer text not null
);

-- The stage to which a deal moves when a quote of it comes to a state.
create table quote_stage (
  state text not null primary key check (state in ('new', 'sent', 'on_review', 'accepted', 'denied', 'expired')),
  stage_id bigint not null references choice (id)
);
