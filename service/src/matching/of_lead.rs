//! Whose account a lead comes to that names none by its exact name: the rule of every door.

use domain::account_match::{AccountMatch, MatchBy, Strength};
use domain::free_mail::is_free_mail;
use domain::{EmailAddress, Finding, Lead, Phone, Sought};
use store::Tx;

use super::search;
use crate::error::Result;

/// What the signs of a lead say of its account, in the site's region. `company` is the name that came with it, or empty.
pub(crate) async fn of_lead(tx: &mut Tx, region: &str, company: &str, lead: &Lead) -> Result<Finding> {
    let mut matches = search(tx, region, &sought(company, lead)).await?;
    if !company.is_empty() {
        matches.iter_mut().for_each(weigh_beside_a_name);
    }
    let is_free = lead.emails.first().is_some_and(|email| is_free_mail(&email.domain()));
    Ok(Finding::judge(None, &matches, is_free))
}

fn sought(company: &str, lead: &Lead) -> Sought {
    Sought {
        company: company.to_owned(),
        email: lead.emails.iter().map(EmailAddress::as_str).collect::<Vec<_>>().join(", "),
        phone: lead.phones.iter().map(Phone::display).collect::<Vec<_>>().join(", "),
        address: lead.address.clone(),
    }
}

/// A switchboard and a house serve many companies: alone they make no other company of the one that was named.
fn weigh_beside_a_name(found: &mut AccountMatch) {
    if found.strength == Strength::Likely && !found.reasons.iter().any(|reason| reason.by == MatchBy::Name) {
        found.strength = Strength::Possible;
    }
}
