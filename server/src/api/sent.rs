//! What a program sent, as the service reads it: one text per form field, as if a person had typed it.

use axum::http::{HeaderMap, StatusCode, header};
use domain::{Catalog, FieldErrors, FormValues, LeadField, LeadTypeId, money};
use serde_json::{Map, Value};

use crate::problem::Problem;

/// The body as a JSON object; no body is an empty one.
pub fn object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Problem> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        let text = "Send the body as JSON, with Content-Type: application/json.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not JSON", text));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Problem::new(StatusCode::BAD_REQUEST, "Not an object", "Send one JSON object.")),
        Err(error) => Err(Problem::new(StatusCode::BAD_REQUEST, "Not JSON", format!("The body is no JSON: {error}."))),
    }
}

/// How a lead's fields are read: which pipeline its status is of, and what its amounts are in.
pub struct LeadContext<'c> {
    pub catalog: &'c Catalog,
    pub lead_type: LeadTypeId,
    pub currency: &'c str,
}

/// The fields of a lead as a form would send them. What is not in `others` nor a field is an error there, as is a value of
/// the wrong kind.
pub fn lead_fields(object: &Map<String, Value>, others: &[&str], context: &LeadContext) -> Result<FormValues, FieldErrors> {
    let mut values = FormValues::default();
    let mut errors = FieldErrors::default();
    for (key, value) in object {
        let put = match key.as_str() {
            "target_amount_minor" => minor(value, context.currency).map(|text| values.0.push(("target_amount".to_owned(), text))),
            "province" => put(&mut values, LeadField::State, value),
            "status" => status(value, context).map(|text| values.0.push(("status".to_owned(), text))),
            "custom" => custom(&mut values, value, context),
            key if others.contains(&key) => text(value).map(|text| values.0.push((key.to_owned(), text))),
            // Its own word is the life cycle's here, which follows from the status.
            "state" => Err("The state follows from the status; use an action to change it".to_owned()),
            key => match LeadField::from_key(key) {
                Some(LeadField::TargetAmount | LeadField::Custom(_)) | None => {
                    Err(format!("There is no field “{}”", key.chars().take(80).collect::<String>()))
                }
                Some(field) => put(&mut values, field, value),
            },
        };
        if let Err(sentence) = put {
            errors.add(key, sentence);
        }
    }
    errors.into_result().map(|()| values)
}

/// `{name: value}` of fields that an administrator added; a name that is not there stays as it is.
fn custom(values: &mut FormValues, value: &Value, context: &LeadContext) -> Result<(), String> {
    let Value::Object(sent) = value else { return Err("Send an object of names and values".to_owned()) };
    for (name, value) in sent {
        let folded = domain::text::fold(name);
        let field = context.catalog.fields_of(context.lead_type).find(|field| domain::text::fold(&field.name) == folded);
        let field = field.ok_or_else(|| format!("Leads of this type have no field “{}”", name.chars().take(80).collect::<String>()))?;
        let text = match value {
            Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            other => text(other)?,
        };
        values.0.push((LeadField::Custom(field.id).form_name().into_owned(), text));
    }
    Ok(())
}

fn put(values: &mut FormValues, field: LeadField, value: &Value) -> Result<(), String> {
    let name = field.key().to_owned();
    match field {
        // Each on its own, and a word that there is a list even when it is empty.
        LeadField::Offerings | LeadField::Team => {
            let texts = list(value)?;
            values.0.push((format!("{name}_sent"), String::new()));
            values.0.extend(texts.into_iter().map(|text| (name.clone(), text)));
        }
        LeadField::Phones | LeadField::Emails | LeadField::Tags => values.0.push((name, list(value)?.join(", "))),
        _ => values.0.push((name, text(value)?)),
    }
    Ok(())
}

/// `null` clears.
fn text(value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err("Send a text, a number or null".to_owned()),
    }
}

fn list(value: &Value) -> Result<Vec<String>, String> {
    let wrong = || "Send a list of texts".to_owned();
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect(),
        _ => Err(wrong()),
    }
}

fn minor(value: &Value, currency: &str) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        value => match value.as_i64() {
            Some(minor) if minor >= 0 => Ok(money::plain(minor, currency)),
            _ => Err("Send a whole number of the currency's smallest unit, zero or more".to_owned()),
        },
    }
}

fn status(value: &Value, context: &LeadContext) -> Result<String, String> {
    let name = domain::text::fold(&text(value)?);
    let found = context.catalog.pipeline(context.lead_type).find(|status| domain::text::fold(&status.name) == name);
    found.map(|status| status.id.to_string()).ok_or_else(|| "Name a status of this lead's pipeline".to_owned())
}

#[cfg(test)]
mod tests {
    use domain::cast;
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Result<FormValues, FieldErrors> {
        let catalog = cast::catalog();
        let context = LeadContext { catalog: &catalog, lead_type: cast::SALES, currency: "GBP" };
        lead_fields(value.as_object().expect("an object"), &["company"], &context)
    }

    #[test]
    fn a_body_reads_like_a_form() {
        let values = read(&json!({
            "full_name": "Jo Field", "company": "Acme", "phones": ["0161 496 0123", "020 7946 0018"], "offerings": ["Cloud", "Training"],
            "team": [], "score": 40, "probability": null, "target_amount_minor": 1_250_050, "province": "Yorkshire"
        }));
        let mut pairs = values.expect("a form").0;
        pairs.sort();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs,
            [
                pair("company", "Acme"),
                pair("full_name", "Jo Field"),
                pair("offerings", "Cloud"),
                pair("offerings", "Training"),
                pair("offerings_sent", ""),
                pair("phones", "0161 496 0123, 020 7946 0018"),
                pair("probability", ""),
                pair("score", "40"),
                pair("state", "Yorkshire"),
                pair("target_amount", "12500.50"),
                pair("team_sent", ""),
            ]
        );
    }

    #[test]
    fn what_makes_no_sense_is_named_at_its_field() {
        let body = json!({
            "full_name": ["Jo"], "phones": "0161", "target_amount_minor": 1.5, "status": "Nowhere", "state": "won", "colour": "red",
            "target_amount": "5", "company": { "name": "Acme" }
        });
        let errors = read(&body).expect_err("refused");
        let named: Vec<&str> = errors.0.keys().map(String::as_str).collect();
        assert_eq!(named, ["colour", "company", "full_name", "phones", "state", "status", "target_amount", "target_amount_minor"]);
        assert_eq!(errors.get("colour"), Some("There is no field “colour”"));
    }
}
