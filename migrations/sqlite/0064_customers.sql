-- Accounts that buy, and what they have. See docs/conversion.md.
create table customer (
  id integer not null primary key,
  version integer not null,
  number text not null,
  -- Lower case: no two are the same, whatever their case.
  number_folded text not null,
  account_id integer not null references account (id),
  state text not null check (state in ('active', 'inactive')),
  name text not null,
  billing text not null check (billing in ('recurring', 'prepaid', 'unbilled')),
  -- As JSON, in their order.
  emails text not null,
  phones text not null,
  partner_id integer references choice (id),
  location_id integer references choice (id),
  category_id integer references choice (id),
  street text not null,
  city text not null,
  postcode text not null,
  region text not null,
  country text not null,
  -- A day, as its start in UTC.
  since integer not null,
  tax_id text not null,
  -- Number, name and e-mail addresses, lower case.
  sought text not null,
  created_at integer not null,
  updated_at integer not null
);
create unique index customer_number on customer (number_folded);
create index customer_account on customer (account_id, id);
create index customer_state on customer (state, id);

create table customer_service (
  id integer not null primary key,
  version integer not null,
  customer_id integer not null references customer (id),
  -- The line of a quote that it came from. A new revision of the quote may no longer have it.
  quote_line_id integer,
  currency text not null,
  text text not null,
  -- Thousandths.
  quantity integer not null,
  unit text not null,
  price_minor integer not null,
  -- Hundredths of a percent, as the tax.
  discount integer not null,
  tax integer not null,
  period text not null check (period in ('once', 'month', 'quarter', 'year')),
  -- Days, as their starts in UTC: the first, the last, the first on which it is stopped.
  start_on integer not null,
  end_on integer,
  stopped_on integer,
  -- The first day of the period that was billed last.
  billed_from integer,
  -- When the next period is due, where it is billed by itself; null where nothing is.
  due_on integer,
  created_at integer not null,
  updated_at integer not null
);
create index customer_service_customer on customer_service (customer_id, id);
create index customer_service_due on customer_service (due_on, id) where due_on is not null;
