//! Forms of the settings, below `/admin`.

use domain::ladder::LadderKind;
use domain::routing::Step;
use domain::{ChoiceId, ChoiceList, CustomFieldId, FormValues, GroupId, LeadTypeId, MailId, StatusId, TerritoryId, UserId};
use service::{Ctx, ServiceError, configuration, outbox, people, reach, tokens, webhooks};

use super::{Fine, fine, made, number_in};

pub async fn route(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    match parts {
        ["users"] => {
            people::add_person(ctx, values).await?;
            fine("/admin/users", "Person added")
        }
        ["users", number] => {
            people::change_person(ctx, UserId(number_in(number)?), values).await?;
            fine("/admin/users", "Person saved")
        }
        ["users", number, "reach"] => {
            reach::change_of(ctx, UserId(number_in(number)?), values).await?;
            fine("/admin/users", "Saved how they are reached")
        }
        ["users", number, "password"] => {
            people::set_password(ctx, UserId(number_in(number)?), values).await?;
            fine("/admin/users", "Password set; the person is signed out everywhere")
        }
        ["tokens"] => made("Token made", tokens::add_token(ctx, values).await?),
        ["tokens", number, "revoke"] => {
            tokens::revoke_token(ctx, number_in(number)?).await?;
            fine("/admin/tokens", "Token revoked")
        }
        ["webhooks"] => made("Webhook added", webhooks::add_webhook(ctx, values).await?),
        ["webhooks", number] => {
            let is_on = values.get("on") == "1";
            webhooks::turn_webhook(ctx, number_in(number)?, is_on).await?;
            fine("/admin/webhooks", if is_on { "Webhook turned on" } else { "Webhook turned off" })
        }
        ["webhooks", number, "delete"] => {
            webhooks::remove_webhook(ctx, number_in(number)?).await?;
            fine("/admin/webhooks", "Webhook deleted")
        }
        ["webhooks", "deliveries", number, "replay"] => {
            webhooks::replay(ctx, number_in(number)?).await?;
            fine("/admin/webhooks", "It is sent again")
        }
        ["groups"] => {
            people::add_group(ctx, values).await?;
            fine("/admin/groups", "Group added")
        }
        ["groups", number] => {
            people::change_group(ctx, GroupId(number_in(number)?), values).await?;
            fine("/admin/groups", "Group saved")
        }
        ["types", ..] => lead_types(ctx, &parts[1..], values).await,
        ["lists", list, rest @ ..] => {
            let list = ChoiceList::from_key(list).ok_or(ServiceError::NotFound)?;
            configured_list(ctx, list, rest, values).await
        }
        ["ladders", "posts"] => {
            configuration::change_posts(ctx, values).await?;
            fine("/admin/ladders", "Posts saved")
        }
        ["ladders", kind, rest @ ..] => ladder(ctx, LadderKind::from_key(kind).ok_or(ServiceError::NotFound)?, rest, values).await,
        ["territories", rest @ ..] => territory(ctx, rest, values).await,
        ["rules", rest @ ..] => rule(ctx, rest, values).await,
        ["templates", kind] => {
            configuration::change_notice(ctx, kind, values).await?;
            fine("/admin/templates", "Mail saved")
        }
        ["templates", kind, "reset"] => {
            configuration::reset_notice(ctx, kind, values).await?;
            fine("/admin/templates", "The mail has its standard words again")
        }
        ["outbox", number, "send"] => {
            outbox::send_again(ctx, MailId(number_in(number)?)).await?;
            fine("/admin/outbox", "It is sent again")
        }
        ["event-kinds", ..] => event_kind(ctx, &parts[1..], values).await,
        ["site", "logo", "remove"] => {
            configuration::remove_logo(ctx).await?;
            fine("/admin/site", "Logo removed")
        }
        ["site"] => {
            configuration::change_site(ctx, values).await?;
            fine("/admin/site", "Site saved")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn lead_types(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let [number, what @ ..] = parts else {
        let id = configuration::add_type(ctx, values).await?;
        return fine(format!("/admin/types/{id}"), "Lead type added");
    };
    let id = LeadTypeId(number_in(number)?);
    let here = format!("/admin/types/{id}");
    match what {
        [] => {
            configuration::change_type(ctx, id, values).await?;
            fine(here, "Lead type saved")
        }
        ["move"] => {
            configuration::move_type(ctx, id, values).await?;
            fine("/admin/types", "")
        }
        ["fields"] => {
            configuration::add_field(ctx, id, values).await?;
            fine(here, "Field added")
        }
        ["fields", field] => {
            let leads = configuration::change_field(ctx, id, CustomFieldId(number_in(field)?), values).await?;
            let is_retired = values.all("retired").any(|value| value == "1");
            fine(here, if is_retired { retired_words(leads, "lead", "leads") } else { "Field saved".to_owned() })
        }
        ["fields", field, "move"] => {
            configuration::move_field(ctx, id, CustomFieldId(number_in(field)?), values).await?;
            fine(here, "")
        }
        ["fields", field, "remove"] => {
            configuration::remove_field(ctx, id, CustomFieldId(number_in(field)?), values).await?;
            fine(here, "Field removed")
        }
        ["statuses"] => {
            configuration::add_status(ctx, id, values).await?;
            fine(here, "Status added")
        }
        ["statuses", status] => {
            let leads = configuration::change_status(ctx, id, StatusId(number_in(status)?), values).await?;
            let is_retired = values.all("retired").any(|value| value == "1");
            fine(here, if is_retired { retired_words(leads, "lead", "leads") } else { "Status saved".to_owned() })
        }
        ["statuses", status, "move"] => {
            configuration::move_status(ctx, id, StatusId(number_in(status)?), values).await?;
            fine(here, "")
        }
        ["statuses", status, "remove"] => {
            configuration::remove_status(ctx, id, StatusId(number_in(status)?), values).await?;
            fine(here, "Status removed")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn configured_list(ctx: &Ctx, list: ChoiceList, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = format!("/admin/lists/{}", list.key());
    let [number, what @ ..] = parts else {
        configuration::add_choice(ctx, list, values).await?;
        return fine(here, "Entry added");
    };
    let id = ChoiceId(number_in(number)?);
    match what {
        [] => {
            let uses = configuration::change_choice(ctx, list, id, values).await?;
            let is_retired = values.all("retired").any(|value| value == "1");
            fine(here, if is_retired { retired_words(uses, "record", "records") } else { "Entry saved".to_owned() })
        }
        ["move"] => {
            configuration::move_choice(ctx, list, id, values).await?;
            fine(here, "")
        }
        ["remove"] => {
            configuration::remove_choice(ctx, list, id, values).await?;
            fine(here, "Entry removed")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn ladder(ctx: &Ctx, kind: LadderKind, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/ladders";
    match parts {
        [] => {
            configuration::rename_ladder(ctx, kind, values).await?;
            fine(here, "Ladder saved")
        }
        ["rungs"] => {
            configuration::add_rung(ctx, kind, values).await?;
            fine(here, "Rung added")
        }
        ["rungs", rung] => {
            configuration::change_rung(ctx, kind, number_in(rung)?, values).await?;
            fine(here, "Rung saved")
        }
        ["rungs", rung, "move"] => {
            configuration::move_rung(ctx, kind, number_in(rung)?, values).await?;
            fine(here, "")
        }
        ["rungs", rung, "remove"] => {
            configuration::remove_rung(ctx, kind, number_in(rung)?, values).await?;
            fine(here, "Rung removed")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn territory(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/territories";
    match parts {
        [] => {
            configuration::add_territory(ctx, values).await?;
            fine(here, "Territory added")
        }
        [number] => {
            configuration::change_territory(ctx, TerritoryId(number_in(number)?), values).await?;
            fine(here, "Territory saved")
        }
        [number, "remove"] => {
            configuration::remove_territory(ctx, TerritoryId(number_in(number)?), values).await?;
            fine(here, "Territory removed")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn rule(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/rules";
    let step = |key: &str| Step::from_key(key).ok_or(ServiceError::NotFound);
    match parts {
        ["steps", key] => {
            configuration::set_step(ctx, step(key)?, values).await?;
            fine(here, if values.get("on") == "1" { "Step switched on" } else { "Step switched off" })
        }
        ["steps", key, "move"] => {
            configuration::move_step(ctx, step(key)?, values).await?;
            fine(here, "")
        }
        ["groups", group] => {
            configuration::set_way(ctx, GroupId(number_in(group)?), values).await?;
            fine(here, "Saved")
        }
        ["fallback"] => {
            configuration::change_fallback(ctx, values).await?;
            fine(here, "Fallback saved")
        }
        ["coverage"] => {
            configuration::add_coverage(ctx, values).await?;
            fine(here, "Coverage added")
        }
        ["coverage", number, "remove"] => {
            configuration::remove_coverage(ctx, number_in(number)?, values).await?;
            fine(here, "Coverage removed")
        }
        ["specialists"] => {
            configuration::add_specialist(ctx, values).await?;
            fine(here, "Specialist added")
        }
        ["specialists", number, "remove"] => {
            configuration::remove_specialist(ctx, number_in(number)?, values).await?;
            fine(here, "Specialist removed")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn event_kind(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/event-kinds";
    match parts {
        [] => {
            configuration::add_event_kind(ctx, values).await?;
            fine(here, "Kind added")
        }
        ["half-life"] => {
            configuration::change_weighing(ctx, values).await?;
            fine(here, "Saved; every contact is counted anew")
        }
        [key] => {
            configuration::change_event_kind(ctx, key, values).await?;
            fine(here, "Kind saved")
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// Says what becomes of the records that have something retired.
fn retired_words(count: i64, one: &str, many: &str) -> String {
    match count {
        0 => "Retired; nothing has it now".to_owned(),
        1 => format!("Retired; 1 {one} keeps it"),
        count => format!("Retired; {} keep it", configuration::count_words(count, one, many)),
    }
}
