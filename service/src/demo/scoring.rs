//! The rules of scoring of the demonstration, by which its leads have the scores that they have.

use domain::scoring::{ScoreRule, rule_form};
use domain::{Catalog, ScoreRuleId, Weighing};
use store::Tx;

use crate::error::Result;

/// What a rule looks at, what has to be so, the value, as forms hold them; points, and why.
type Rule = (&'static str, &'static str, &'static str, i64, &'static str);

/// Together no lead has more than 100 of them.
const RULES: [Rule; 11] = [
    ("source", "is", "Customer", 20, "Is a customer already"),
    ("source", "is", "Customer referral", 30, "Recommended by a customer"),
    ("source", "is", "Referral Partner", 20, "Sent by a referral partner"),
    ("source", "is", "Vendor Referral", 15, "Sent by a vendor"),
    ("email", "is", "company", 15, "Writes from a company’s own address"),
    ("phone", "known", "", 10, "Can be called"),
    ("amount", "known", "", 5, "Has said what it may cost"),
    ("amount", "at_least", "5000", 15, "Worth 5,000 or more"),
    ("importance", "is", "High", 5, "Matters much to us"),
    ("location", "known", "", 5, "Belongs to one of our locations"),
    ("event_attended", "known", "", 10, "Attended one of our events"),
];

/// Adds them to a database that has no leads yet. A rule about an entry that the lists do not have is left out.
pub(super) async fn add(tx: &mut Tx, catalog: &Catalog) -> Result<()> {
    tx.scoring().begin().await?;
    let weighing = Weighing::standard();
    for (about, test, value, points, sentence) in RULES {
        if let Ok((about, test)) = rule_form::read(about, test, value, catalog, &weighing) {
            let rule = ScoreRule { id: ScoreRuleId(0), about, test, points, sentence: sentence.to_owned(), retired: false };
            tx.scoring().add_rule(&rule).await?;
        }
    }
    Ok(())
}
