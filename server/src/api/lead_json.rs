//! A lead as other programs see it: names instead of internal ids.

use domain::{Catalog, ChoiceId, CustomField, CustomKind, Lead, UserId};
use serde_json::{Value, json};

/// The lead in JSON, as the interfaces describe it.
pub fn lead(lead: &Lead, catalog: &Catalog) -> Value {
    let choice = |id: Option<ChoiceId>| id.map(|id| catalog.choice_name(id));
    // People of a distributor learn names only, see the catalog.
    let person = |id: UserId| catalog.person(id).map(|person| if person.email.is_empty() { person.name.clone() } else { person.email.clone() });
    let phone = |phone: &domain::Phone| phone.display().to_owned();
    json!({
        "number": lead.id,
        "version": lead.version,
        "full_name": lead.full_name,
        "account": { "number": lead.account.id, "name": lead.account.name },
        "phones": lead.phones.iter().map(phone).collect::<Vec<_>>(),
        "emails": lead.emails.iter().map(|email| email.as_str()).collect::<Vec<_>>(),
        "contact_phone": lead.contact_phone,
        "contact_email": lead.contact_email,
        "type": catalog.lead_type(lead.lead_type).map(|lead_type| lead_type.name.clone()),
        "status": catalog.status(lead.status).map(|status| status.name.clone()),
        "state": lead.state.life_cycle().key(),
        "category": choice(lead.category),
        "owner": lead.owner.and_then(person),
        "group": lead.group.and_then(|id| catalog.group(id)).map(|group| group.name.clone()),
        "team": lead.team.iter().filter_map(|id| person(*id)).collect::<Vec<_>>(),
        "source": choice(lead.source),
        "partner": choice(lead.partner),
        "location": choice(lead.location),
        "offerings": lead.offerings.iter().map(|id| catalog.choice_name(*id)).collect::<Vec<_>>(),
        "tags": lead.tags,
        "priority": choice(lead.priority),
        "importance": choice(lead.importance),
        "probability": lead.probability,
        "target_amount_minor": lead.target_amount_minor,
        "currency": lead.currency,
        "score": lead.score,
        "expected": lead.expected_at.map(domain::Timestamp::day),
        "street": lead.address.street,
        "city": lead.address.city,
        "postcode": lead.address.postcode,
        "province": lead.address.state,
        "country": lead.address.country,
        "message": lead.message,
        "extra": lead.extra,
        "custom": custom(lead, catalog),
        "created_at": lead.created_at.rfc3339(),
        "updated_at": lead.updated_at.rfc3339(),
        "deleted_at": lead.deleted_at.map(domain::Timestamp::rfc3339),
    })
}

/// Values of the fields that an administrator added, by the fields' names. Those that the lead's type has are all there,
/// empty ones as null.
fn custom(lead: &Lead, catalog: &Catalog) -> Value {
    let is_shown = |field: &&CustomField| field.is_of(lead.lead_type) && (!field.retired || lead.custom.contains_key(&field.id));
    let value = |field: &CustomField| match (field.kind, lead.custom.get(&field.id)) {
        (_, None) => Value::Null,
        (CustomKind::YesNo, Some(text)) => Value::Bool(text == "yes"),
        (CustomKind::Number, Some(text)) => text.parse().map_or_else(|_| Value::String(text.clone()), Value::Number),
        (_, Some(text)) => Value::String(text.clone()),
    };
    Value::Object(catalog.fields.iter().filter(is_shown).map(|field| (field.name.clone(), value(field))).collect())
}
