-- Products with what they cost, and the price lists of partners. See docs/quotes.md.
create table product (
  id bigint not null primary key,
  version bigint not null,
  name text not null,
  code text not null,
  description text not null,
  kind text not null check (kind in ('goods', 'service')),
  unit text not null,
  -- Minor units for one, without tax.
  price_minor bigint not null check (price_minor >= 0),
  currency text not null,
  -- Hundredths of a percent.
  tax bigint not null check (tax between 0 and 10000),
  period text not null check (period in ('once', 'month', 'quarter', 'year')),
  created_at bigint not null,
  updated_at bigint not null,
  removed_at bigint
);

-- What a partner pays instead, in the product's currency.
create table product_price (
  product_id bigint not null references product (id),
  partner_id bigint not null references choice (id),
  price_minor bigint not null check (price_minor >= 0),
  primary key (product_id, partner_id)
);
create index product_price_partner on product_price (partner_id);
