//! Which account is this? A caller, a form, an event or a row of an import held against the accounts that are known.
//!
//! Here it is read what was typed, half or whole; the store looks it up, and `domain::account_match` judges what was found.
//! docs/matching.md has the rules in words.

pub mod email_domain;
mod of_lead;

use domain::account_match::{Candidate, SoughtKeys, account_matches};
use domain::lead_filter::sought as shown;
use domain::match_key::{name_key, postcode_keys, street_key};
use domain::text::split_list;
use domain::{AccountMatch, Action, Address, EmailAddress, Sought};
use store::Tx;
use store::account_signs::AccountSigns;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::phone;

pub(crate) use of_lead::{Said, of_lead, of_many};

/// Most numbers, addresses or shorter names of one search.
const OF_EACH: usize = 4;
/// A shorter name says nothing with fewer letters than this.
const SHORTER_MIN: usize = 4;

/// Accounts that may be meant, surest first, at most [`domain::account_match::MATCHES_MAX`]. Fit to be asked at each key.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for people of the house; what the store reports.
pub async fn find(ctx: &Ctx, sought: &Sought) -> Result<Vec<AccountMatch>> {
    ctx.require(Action::ReadAccounts)?;
    let region = ctx.catalog().await?.site.region.clone();
    search(&mut ctx.store.ask().await?, &region, sought).await
}

/// The same within a transaction, in the site's region.
pub(crate) async fn search(tx: &mut Tx, region: &str, sought: &Sought) -> Result<Vec<AccountMatch>> {
    let asked = asked(sought, region);
    let candidates = tx.accounts().with_signs(&asked.signs).await?;
    Ok(asked.judge(&candidates))
}

/// What is looked for, and what is judged by.
struct Asked {
    company: String,
    address: Address,
    signs: AccountSigns,
}

impl Asked {
    /// Those of the candidates that may be meant, surest first.
    fn judge(&self, candidates: &[Candidate]) -> Vec<AccountMatch> {
        if candidates.is_empty() {
            return Vec::new();
        }
        let (domains, postcodes) = (self.signs.domains.clone(), self.signs.postcodes.clone());
        account_matches(&SoughtKeys { company: self.company.clone(), domains, address: self.address.clone(), postcodes }, candidates)
    }
}

/// What can be looked for of what was typed.
fn asked(sought: &Sought, region: &str) -> Asked {
    let (company, address) = shortened(&sought.company, &sought.address);
    let emails: Vec<String> = split_list(&shown(&sought.email)).into_iter().take(OF_EACH).collect();
    let phones = split_list(&shown(&sought.phone)).iter().take(OF_EACH).flat_map(|text| phone::forms(text, region)).collect();
    Asked { signs: signs(&company, &emails, phones, &address, region), company, address }
}

fn shortened(company: &str, address: &Address) -> (String, Address) {
    let Address { street, city, postcode, state, country } = address;
    let address = Address { street: shown(street), city: shown(city), postcode: shown(postcode), state: shown(state), country: shown(country) };
    (shown(company), address)
}

/// The signs of a company; `phones` in the forms that they may be stored in.
fn signs(company: &str, emails: &[String], phones: Vec<String>, address: &Address, region: &str) -> AccountSigns {
    let name = name_key(company);
    // One Latin letter begins too many names; one sign of Chinese may be a name.
    let name = if name.len() < 2 { String::new() } else { name };
    let hosts = emails.iter().map(|email| email.rsplit_once('@').map_or(email.as_str(), |(_, host)| host));
    let mut domains: Vec<String> = hosts.flat_map(email_domain::company_domains).collect();
    domains.sort();
    domains.dedup();
    AccountSigns {
        shorter_names: shorter_names(&name),
        domains,
        phones,
        emails: emails.iter().filter_map(|email| EmailAddress::parse(email).ok()).map(|email| email.folded()).collect(),
        postcodes: postcode_keys(address, region),
        street: street_key(address),
        name,
    }
}

/// The name without its last word, without the last two, and so on.
fn shorter_names(name: &str) -> Vec<String> {
    let ends = name.match_indices(' ').map(|(at, _)| at).rev();
    ends.map(|at| &name[..at]).filter(|shorter| shorter.chars().count() >= SHORTER_MIN).take(OF_EACH).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_half_typed_looks_for_what_it_can() {
        let typed = |company: &str, email: &str, phone: &str| {
            let sought = Sought { company: company.to_owned(), email: email.to_owned(), phone: phone.to_owned(), address: Address::default() };
            asked(&sought, "GB").signs
        };
        assert_eq!(typed("", "", ""), AccountSigns::default());
        assert_eq!(typed("H", "jo", "016"), AccountSigns::default());
        assert_eq!(typed("東", "", "").name, "東");
        assert_eq!(typed("Harbour Dental Lab Ltd", "", "").shorter_names, ["harbour dental", "harbour"]);
        let signs = typed("", "Jo@EU.Northwind.test, northwind.test, ana@gmail.com", "0161 496 0123; call me");
        assert_eq!(signs.domains, ["eu.northwind.test", "northwind.test"]);
        assert_eq!(signs.emails, ["jo@eu.northwind.test", "ana@gmail.com"]);
        assert_eq!(signs.phones, ["+441614960123"]);
        assert_eq!(typed("", "", "07700-900 123, 20455").phones, ["07700900123", "+447700900123"]);
    }
}
