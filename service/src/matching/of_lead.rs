//! Whose account a lead comes to that names none by its exact name: the rule of every door, and of the rows of a file.

use domain::account_match::{AccountMatch, MatchBy, Strength};
use domain::free_mail::is_free_mail;
use domain::{Address, EmailAddress, Finding, ImportId, Lead, Phone};
use store::Tx;
use store::account_bearers::Bearers;
use store::account_signs::AccountSigns;

use super::{Asked, OF_EACH, shortened, signs};
use crate::error::Result;
use crate::phone;

/// What a lead or a row says of its company, which may be little.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    /// The name that came with it, or empty.
    pub company: &'a str,
    pub emails: &'a [EmailAddress],
    pub phones: &'a [Phone],
    pub address: &'a Address,
}

impl<'a> Said<'a> {
    /// All that a lead says, beside the company's name that came with it.
    pub(crate) fn by_lead(company: &'a str, lead: &'a Lead) -> Self {
        Self { company, emails: &lead.emails, phones: &lead.phones, address: &lead.address }
    }

    fn asked(&self, region: &str) -> Asked {
        let emails: Vec<String> = self.emails.iter().take(OF_EACH).map(|email| email.as_str().to_owned()).collect();
        let phones = self.phones.iter().take(OF_EACH).flat_map(|phone| phone::forms_of(phone, region)).collect();
        let (company, address) = shortened(self.company, self.address);
        Asked { signs: signs(&company, &emails, phones, &address, region), company, address }
    }

    /// What the accounts that were found make of it.
    fn weigh(&self, mut matches: Vec<AccountMatch>) -> Finding {
        if !self.company.is_empty() {
            matches.iter_mut().for_each(weigh_beside_a_name);
        }
        let is_free = self.emails.first().is_some_and(|email| is_free_mail(&email.domain()));
        Finding::judge(None, &matches, is_free)
    }
}

/// What the signs of a lead say of its account, in the site's region. `company` is the name that came with it, or empty.
pub(crate) async fn of_lead(tx: &mut Tx, region: &str, company: &str, lead: &Lead) -> Result<Finding> {
    let said = Said::by_lead(company, lead);
    let asked = said.asked(region);
    let candidates = tx.accounts().with_signs(&asked.signs).await?;
    Ok(said.weigh(asked.judge(&candidates)))
}

/// The same for many rows, in their order, with one statement for all that was not looked up for `bearers` before. Accounts that
/// the run `but_of` made are no match, and nothing is said of names that only begin alike or of a postcode alone: neither makes
/// anybody sure.
pub(crate) async fn of_many(tx: &mut Tx, region: &str, but_of: Option<ImportId>, bearers: &mut Bearers, rows: &[Said<'_>]) -> Result<Vec<Finding>> {
    let asked: Vec<Asked> = rows.iter().map(|said| said.asked(region)).collect();
    let signs: Vec<&AccountSigns> = asked.iter().map(|asked| &asked.signs).collect();
    tx.accounts().find_bearers(bearers, &signs, but_of).await?;
    let judged = rows.iter().zip(&asked).map(|(said, asked)| said.weigh(asked.judge(&bearers.of(&asked.signs))));
    Ok(judged.collect())
}

/// A switchboard and a house serve many companies: alone they make no other company of the one that was named.
fn weigh_beside_a_name(found: &mut AccountMatch) {
    if found.strength == Strength::Likely && !found.reasons.iter().any(|reason| reason.by == MatchBy::Name) {
        found.strength = Strength::Possible;
    }
}
