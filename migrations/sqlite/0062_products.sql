-- Products with what they cost, and the price lists of partners. See docs/quotes.md.
create table product (
  id integer not null primary key,
  version integer not null,
  name text not null,
  code text not null,
  description text not null,
  kind text not null check (kind in ('goods', 'service')),
  unit text not null,
  -- Minor units for one, without tax.
  price_minor integer not null check (price_minor >= 0),
  currency text not null,
  -- Hundredths of a percent.
  tax integer not null check (tax between 0 and 10000),
  period text not null check (period in ('once', 'month', 'quarter', 'year')),
  created_at integer not null,
  updated_at integer not null,
  removed_at integer
);

-- What a partner pays instead, in the product's currency.
create table product_price (
  product_id integer not null references product (id),
  partner_id integer not null references choice (id),
  price_minor integer not null check (price_minor >= 0),
  primary key (product_id, partner_id)
);
create index product_price_partner on product_price (partner_id);
