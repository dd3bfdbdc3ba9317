//! A row read into a draft of a lead. Happens beside the database, so nothing is looked up here: names of people,
//! statuses and list entries stay names.

use std::collections::BTreeMap;

use domain::catalog::Site;
use domain::money::minor_digits;
use domain::text::{line, note, split_list, tags};
use domain::{EmailAddress, FieldValue, LeadField, Phone, SiteZone, Timestamp, money};
use sha2::{Digest as _, Sha256};

use super::cells::{DateOrder, is_placeholder, moment, plain_amount, plain_number, says_zone};
use super::classes::{ClassColumn, Qualified};
use super::mapping::{Columns, Home};
use super::opened::{Opened, hex};
use super::splitter::RawRow;
use crate::phone;

/// A lead as its row has it.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub row: u64,
    /// Tells the row from all others of its supplier.
    pub key: String,
    /// Whether that is its identifier rather than all that it says.
    pub has_identifier: bool,
    pub full_name: String,
    /// Whether the row names nobody, so that the name was made of something else.
    pub is_nameless: bool,
    /// Empty when the row names none.
    pub company: String,
    pub phones: Vec<Phone>,
    pub emails: Vec<EmailAddress>,
    /// Values that need no looking up.
    pub fields: Vec<(LeadField, FieldValue)>,
    /// Values to be looked up: column, home, name.
    pub names: Vec<(usize, Home, String)>,
    pub created_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub qualified: Qualified,
    /// What is to be said of the row, though it comes in.
    pub remarks: Vec<String>,
    pub extra: BTreeMap<String, String>,
    /// Columns without a value.
    pub empty: Vec<usize>,
    /// The cells as they are, where a file of refused rows is wanted.
    pub cells: Vec<String>,
}

/// Reads rows into drafts.
#[derive(Clone, Debug)]
pub(super) struct Drafter {
    columns: Columns,
    /// How each column writes dates.
    orders: Vec<DateOrder>,
    supplier: String,
    currency: String,
    region: String,
    zone: SiteZone,
    minor_digits: usize,
    keeps_cells: bool,
    /// A mended file of refused rows has apostrophes before what a spreadsheet would take for a formula.
    is_mended: bool,
}

impl Drafter {
    /// For the rows of a file.
    ///
    /// # Errors
    /// A sentence, when no column could ever name anybody.
    pub(super) fn new(opened: &Opened, site: &Site, keeps_cells: bool) -> Result<Self, String> {
        let names = [
            Home::Field(LeadField::FullName),
            Home::FirstName,
            Home::LastName,
            Home::Company,
            Home::Field(LeadField::Emails),
            Home::Field(LeadField::Phones),
            Home::ImportKey,
        ];
        if !names.iter().any(|home| opened.columns.position(*home).is_some()) {
            return Err(format!(
                "No column looks like a name, company, e-mail address, phone number or identifier. The file has: {}. Say with a mapping which column is which",
                opened.headings.join(", ")
            ));
        }
        let column = |index: usize| opened.sample.iter().filter_map(move |row| row.get(index)).map(String::as_str);
        Ok(Self {
            orders: (0..opened.headings.len()).map(|index| DateOrder::of(column(index), &site.region)).collect(),
            columns: opened.columns.clone(),
            supplier: opened.supplier(),
            currency: site.currency.clone(),
            region: site.region.clone(),
            zone: site.zone.clone(),
            minor_digits: minor_digits(&site.currency) as usize,
            keeps_cells,
            is_mended: opened.error_column.is_some(),
        })
    }

    /// Reads a row.
    ///
    /// # Errors
    /// The reason why the row is refused.
    pub(super) fn draft(&self, row: &RawRow, cells: &[&str]) -> Result<Draft, String> {
        let mut draft = Draft {
            row: row.number,
            key: self.key(cells),
            has_identifier: self.identifier(cells).is_some(),
            full_name: String::new(),
            is_nameless: false,
            company: String::new(),
            phones: Vec::new(),
            emails: Vec::new(),
            fields: Vec::new(),
            names: Vec::new(),
            created_at: None,
            closed_at: None,
            qualified: Qualified::default(),
            remarks: Vec::new(),
            extra: BTreeMap::new(),
            empty: Vec::new(),
            cells: if self.keeps_cells { cells.iter().map(|cell| (*cell).to_owned()).collect() } else { Vec::new() },
        };
        let (mut first, mut last, mut identifier) = (String::new(), String::new(), "");
        for (column, cell) in cells.iter().enumerate() {
            let cell = self.columns.meaning(column, self.unmended(cell));
            let home = self.columns.homes[column];
            if cell.is_empty() || (!keeps_placeholders(home) && is_placeholder(cell)) {
                draft.empty.push(column);
                continue;
            }
            let said = |reason: String| format!("{}: {reason}", self.columns.headings[column]);
            let plain = || line(cell).map_err(|error| said(error.to_string()));
            match home {
                Home::FirstName => first = plain()?,
                Home::LastName => last = plain()?,
                Home::Company => draft.company = plain()?,
                Home::ImportKey => identifier = cell,
                Home::CreatedAt => draft.created_at = Some(self.moment(column, cell).map_err(said)?),
                Home::ClosedAt => draft.closed_at = Some(self.moment(column, cell).map_err(said)?),
                Home::Extra => drop(draft.extra.insert(self.columns.headings[column].clone(), cell.to_owned())),
                Home::Ignored => {}
                Home::Class(which) => draft.qualified.put(which, column, cell, self.moment_of(which, column, cell).map_err(said)?).map_err(said)?,
                Home::Type | Home::State | Home::LostReason => draft.names.push((column, home, plain()?)),
                Home::Field(field) => self.put(&mut draft, column, field, cell).map_err(said)?,
            }
        }
        if let Some((column, class, remark)) = draft.qualified.settle() {
            draft.extra.insert(self.columns.headings[column].clone(), class.label().to_owned());
            draft.remarks.push(remark);
        }
        if draft.full_name.is_empty() {
            draft.full_name = line(&format!("{first} {last}")).map_err(|error| error.to_string())?;
        }
        if draft.full_name.is_empty() {
            draft.is_nameless = true;
            draft.full_name = nameless(&draft, identifier)?;
        }
        Ok(draft)
    }

    fn put(&self, draft: &mut Draft, column: usize, field: LeadField, cell: &str) -> Result<(), String> {
        let said = |error: domain::text::TextError| error.to_string();
        let value = match field {
            LeadField::FullName => {
                draft.full_name = line(cell).map_err(said)?;
                return Ok(());
            }
            LeadField::Phones => {
                for part in split_list(cell) {
                    let read = phone::parse(&part, &self.region).map_err(said)?;
                    if !draft.phones.contains(&read) {
                        draft.phones.push(read);
                    }
                }
                return Ok(());
            }
            LeadField::Emails => {
                for part in split_list(cell) {
                    let read = EmailAddress::parse(&part).map_err(said)?;
                    if !draft.emails.iter().any(|known| known.folded() == read.folded()) {
                        draft.emails.push(read);
                    }
                }
                return Ok(());
            }
            LeadField::Tags => {
                let read = tags(cell).map_err(said)?;
                match draft.fields.iter_mut().find(|(known, _)| *known == field) {
                    Some((_, FieldValue::Tags(earlier))) => *earlier = tags(&[earlier.join(","), read.join(",")].join(",")).map_err(said)?,
                    _ => draft.fields.push((field, FieldValue::Tags(read))),
                }
                return Ok(());
            }
            LeadField::Status
            | LeadField::Owner
            | LeadField::Group
            | LeadField::Team
            | LeadField::Source
            | LeadField::Category
            | LeadField::Partner
            | LeadField::Location
            | LeadField::Offerings
            | LeadField::Priority
            | LeadField::Importance => {
                draft.names.push((column, Home::Field(field), line(cell).map_err(said)?));
                return Ok(());
            }
            // What it takes depends on the field.
            LeadField::Custom(_) => {
                draft.names.push((column, Home::Field(field), cell.to_owned()));
                return Ok(());
            }
            LeadField::Message => {
                let text = note(cell).map_err(said)?;
                match draft.fields.iter_mut().find(|(known, _)| *known == field) {
                    Some((_, FieldValue::Text(earlier))) => *earlier = note(&format!("{earlier}\n{text}")).map_err(said)?,
                    _ => draft.fields.push((field, FieldValue::Text(text))),
                }
                return Ok(());
            }
            LeadField::ContactPhone
            | LeadField::ContactEmail
            | LeadField::Street
            | LeadField::City
            | LeadField::Postcode
            | LeadField::State
            | LeadField::Country => FieldValue::Text(line(cell).map_err(said)?),
            LeadField::Probability => FieldValue::Number(Some(whole(cell, 0, 100)?)),
            LeadField::Score => FieldValue::Number(Some(whole(cell, -1000, 1000)?)),
            LeadField::TargetAmount => {
                let minor = money::parse_minor(&plain_amount(cell, self.minor_digits), &self.currency);
                FieldValue::Money(minor.ok_or_else(|| format!("“{}” is no amount like 12,500 or 99.50", short(cell)))?)
            }
            LeadField::Expected => FieldValue::Day(Some(self.moment(column, cell)?)),
        };
        draft.fields.push((field, value));
        Ok(())
    }

    fn moment(&self, column: usize, cell: &str) -> Result<Timestamp, String> {
        moment(cell, self.orders[column]).ok_or_else(|| format!("“{}” is no date like 2026-11-24", short(cell)))
    }

    /// The moment in a cell of a column that holds moments. A time without its zone is by the site's clocks.
    fn moment_of(&self, which: ClassColumn, column: usize, cell: &str) -> Result<Option<Timestamp>, String> {
        if !which.is_moment() {
            return Ok(None);
        }
        let at = self.moment(column, cell)?;
        let is_local = which == ClassColumn::AppointmentAt && !says_zone(cell);
        Ok(Some(if is_local { self.zone.first_showing(at) } else { at }))
    }

    /// The row's identifier where it has one, else a digest of what it says: two rows that are alike are one.
    fn key(&self, cells: &[&str]) -> String {
        if let Some(identifier) = self.identifier(cells) {
            return format!("{}:{identifier}", self.supplier);
        }
        let mut hash = Sha256::new();
        // By heading, so that the order of columns does not matter.
        let mut named: Vec<_> = self.columns.headings.iter().zip(cells).collect();
        named.sort();
        for (heading, cell) in named {
            hash.update(heading.as_bytes());
            hash.update([0]);
            hash.update(self.unmended(cell).as_bytes());
            hash.update([0]);
        }
        format!("{}#{}", self.supplier, &hex(&hash.finalize())[..32])
    }

    fn identifier<'c>(&self, cells: &[&'c str]) -> Option<&'c str> {
        let identifier = self.unmended(cells[self.columns.position(Home::ImportKey)?]);
        (!identifier.is_empty() && identifier.len() <= 200).then_some(identifier)
    }

    fn unmended<'c>(&self, cell: &'c str) -> &'c str {
        cell.strip_prefix('\'').filter(|rest| self.is_mended && crate::spreadsheet::looks_like_formula(rest)).unwrap_or(cell)
    }
}

/// Whether what says nothing elsewhere may be a value: a list of one's own can have an option “Unknown”.
fn keeps_placeholders(home: Home) -> bool {
    matches!(home, Home::Extra | Home::Field(LeadField::Custom(_)))
}

/// What to call a lead whose row has no person's name.
fn nameless(draft: &Draft, identifier: &str) -> Result<String, String> {
    if !draft.company.is_empty() {
        return Ok(draft.company.clone());
    }
    if let Some(email) = draft.emails.first() {
        return Ok(email.as_str().to_owned());
    }
    if let Some(phone) = draft.phones.first() {
        return Ok(phone.display().to_owned());
    }
    let beginning: String = identifier.chars().filter(|c| c.is_alphanumeric()).take(8).collect();
    if beginning.is_empty() {
        return Err("The row has no name, company, e-mail address, phone number or identifier".to_owned());
    }
    Ok(format!("Lead {beginning}"))
}

fn whole(cell: &str, least: i64, most: i64) -> Result<i64, String> {
    let number: Option<i64> = plain_number(cell.trim_end_matches('%').trim()).parse().ok();
    number.filter(|number| (least..=most).contains(number)).ok_or_else(|| format!("“{}” is no whole number from {least} to {most}", short(cell)))
}

fn short(cell: &str) -> String {
    cell.chars().take(80).collect()
}
