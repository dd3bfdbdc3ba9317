//! The message templates of the demonstration, and a plan that sends some of them.

use domain::{MessageTemplate, MessageTemplateId, NurturePlan, NurturePlanId, NurtureStep, Wording};
use store::Tx;

use crate::error::Result;

/// Name, subject, text.
const TEMPLATES: [(&str, &str, &str); 3] = [
    (
        "After a call",
        "What we spoke about",
        "Hello {{lead.first_name}},\n\nthank you for your time. You asked us about: {{lead.offerings}}.\n\nI will get back to you with what we agreed.\n\n{{by}}, {{site}}",
    ),
    (
        "Not reached",
        "When can we talk?",
        "Hello {{lead.first_name}},\n\nI tried to call you about your enquiry. When is a good time this week?\n\n{{by}}, {{site}}\n{{by.email}}",
    ),
    (
        "Staying in touch",
        "News for {{account}}",
        "Hello {{lead.first_name}},\n\nyour project is for later, so here is what is new with us meanwhile. A word is enough if something comes up before.\n\n{{by}}, {{site}}",
    ),
];
/// The plan's name, and the days after which it writes to stay in touch.
const PLAN: (&str, [i64; 3]) = ("Long-term project", [30, 60, 60]);

/// Adds them to a database that has none.
pub(super) async fn add(tx: &mut Tx) -> Result<()> {
    let first = tx.take_numbers("message_template", TEMPLATES.len() as i64).await?;
    for ((name, subject, body), id) in TEMPLATES.into_iter().zip(first..) {
        let wording = Wording { subject: subject.to_owned(), body: body.to_owned() };
        let template = MessageTemplate { id: MessageTemplateId(id), name: name.to_owned(), wording, removed_at: None };
        tx.messages().add_template(&template).await?;
    }
    let last = MessageTemplateId(first + TEMPLATES.len() as i64 - 1);
    let (name, days) = PLAN;
    let steps = days.map(|after_days| NurtureStep { after_days, template: last }).to_vec();
    let id = NurturePlanId(tx.take_numbers("nurture_plan", 1).await?);
    tx.nurture().put_plan(&NurturePlan { id, name: name.to_owned(), steps, removed_at: None }).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::message::fields;

    use super::*;

    #[test]
    fn every_template_says_only_what_messages_know() {
        for (name, subject, body) in TEMPLATES {
            assert!(Wording::parse_with(&fields(), subject, body).is_ok(), "{name}");
        }
    }
}
