-- What customers are billed. See docs/invoices.md.
create table invoice (
  id bigint not null primary key,
  version bigint not null,
  kind text not null check (kind in ('invoice', 'proforma', 'credit_note')),
  -- Its number in the series of its kind and year.
  year bigint not null,
  number bigint not null,
  customer_id bigint not null references customer (id),
  currency text not null,
  -- Days, as their starts in UTC.
  issued_on bigint not null,
  due_on bigint not null,
  -- To whom, in lines, as it was then.
  addressee text not null,
  -- The customer's name, as it was then.
  customer_name text not null,
  tax_id text not null,
  -- What its lines come to, each of them rounded, and what was paid. Minor units.
  net_minor bigint not null,
  tax_minor bigint not null,
  paid_minor bigint not null,
  -- What it was made of: the proforma of an invoice, the invoice of a credit note.
  made_of_id bigint references invoice (id),
  cancelled_at bigint,
  reason text not null,
  sent_to text not null,
  sent_at bigint,
  -- Null for what the program made by itself.
  created_by_id bigint references app_user (id),
  created_at bigint not null,
  updated_at bigint not null
);
create unique index invoice_number on invoice (kind, year, number);
create index invoice_customer on invoice (customer_id, id);
create index invoice_kind on invoice (kind, id);
create index invoice_open on invoice (id) where kind <> 'credit_note' and cancelled_at is null and paid_minor < net_minor + tax_minor;
create index invoice_cancelled on invoice (id) where cancelled_at is not null;
create unique index invoice_made_of on invoice (made_of_id) where made_of_id is not null;

-- The last number that was given out. Its row is held by whoever takes the next one, until they are done.
create table invoice_series (
  kind text not null check (kind in ('invoice', 'proforma', 'credit_note')),
  year bigint not null,
  last bigint not null,
  primary key (kind, year)
);

create table invoice_line (
  invoice_id bigint not null references invoice (id),
  -- Order, from 1.
  position bigint not null,
  service_id bigint references customer_service (id),
  text text not null,
  quantity bigint not null,
  unit text not null,
  price_minor bigint not null,
  discount bigint not null,
  tax bigint not null,
  period text not null check (period in ('once', 'month', 'quarter', 'year')),
  from_on bigint not null,
  -- Null for what is paid once.
  until_on bigint,
  primary key (invoice_id, position)
);
create index invoice_line_service on invoice_line (service_id) where service_id is not null;

create table invoice_payment (
  invoice_id bigint not null references invoice (id),
  -- Order, from 1.
  position bigint not null,
  amount_minor bigint not null check (amount_minor > 0),
  paid_on bigint not null,
  note text not null,
  primary key (invoice_id, position)
);

-- Which periods of services were billed: none twice, whoever looks.
create table service_billing (
  service_id bigint not null references customer_service (id),
  from_on bigint not null,
  invoice_id bigint not null references invoice (id),
  primary key (service_id, from_on)
);
create index service_billing_invoice on service_billing (invoice_id);

-- The private addresses at which customers read them, by the digest of what is secret in them.
create table invoice_link (
  token_hash text not null primary key,
  invoice_id bigint not null references invoice (id)
);
create index invoice_link_invoice on invoice_link (invoice_id);
