-- Words to find a lead by: name, company, e-mail addresses, phone numbers. Without content of its own; rowid is the lead's number.
create virtual table lead_search using fts5 (
  words,
  content = '',
  contentless_delete = 1,
  tokenize = "unicode61 remove_diacritics 2",
  prefix = '2 3 4'
);
