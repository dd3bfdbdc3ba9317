//! Forms of the settings, below `/admin`.

use domain::ladder::LadderKind;
use domain::{ChoiceId, ChoiceList, ClockPolicyId, CustomFieldId, FormValues, GroupId, LeadTypeId, MailId, ScoreRuleId, StatusId, TrialId, UserId};
use service::configuration::RuleForm;
use service::once::Once;
use service::{Ctx, ServiceError, configuration, leads, outbox, people, reach, routing, tokens, webhooks};

use super::{Fine, fine, made, number_in};
use crate::routes::rule_trial;

/// What the second button of a form about the rules sends.
const TRY: &str = "try";

pub async fn route(ctx: &Ctx, parts: &[&str], values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
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
        ["tokens"] => made("Token made", tokens::add_token_once(ctx, values, once).await?),
        ["tokens", number, "revoke"] => {
            tokens::revoke_token(ctx, number_in(number)?).await?;
            fine("/admin/tokens", "Token revoked")
        }
        ["webhooks"] => made("Webhook added", webhooks::add_webhook_once(ctx, values, once).await?),
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
        ["ladders", "copies"] => {
            configuration::change_call_copies(ctx, values).await?;
            fine("/admin/ladders", "Copies saved")
        }
        ["ladders", kind, rest @ ..] => ladder(ctx, LadderKind::from_key(kind).ok_or(ServiceError::NotFound)?, rest, values).await,
        ["rules", "trials", rest @ ..] => trial(ctx, rest).await,
        ["rules" | "territories", ..] => rule(ctx, parts, values).await,
        ["templates", kind] => {
            configuration::change_notice(ctx, kind, values).await?;
            fine("/admin/templates", "Mail saved")
        }
        ["templates", kind, "reset"] => {
            configuration::reset_notice(ctx, kind, values).await?;
            fine("/admin/templates", "The mail has its standard words again")
        }
        ["registration"] => {
            leads::confirmation::change_settings(ctx, values).await?;
            fine("/admin/registration", "Confirmation saved")
        }
        ["messages", ..] => super::messages::template(ctx, &parts[1..], values).await,
        ["nurture", ..] => super::messages::plan(ctx, &parts[1..], values).await,
        ["outbox", number, "send"] => {
            outbox::send_again(ctx, MailId(number_in(number)?)).await?;
            fine("/admin/outbox", "It is sent again")
        }
        ["clocks"] => {
            configuration::change_clock_digest(ctx, values).await?;
            fine("/admin/clocks", "Digest saved")
        }
        ["clocks", "policies"] => {
            configuration::add_clock_policy(ctx, values).await?;
            fine("/admin/clocks", "Clock added")
        }
        ["clocks", "hours", group] => {
            configuration::change_group_hours(ctx, GroupId(number_in(group)?), values).await?;
            fine("/admin/clocks", "Hours saved")
        }
        ["clocks", policy] => {
            configuration::change_clock_policy(ctx, ClockPolicyId(number_in(policy)?), values).await?;
            fine("/admin/clocks", "Clock saved")
        }
        ["event-kinds", ..] => event_kind(ctx, &parts[1..], values).await,
        ["playbook", ..] => playbook(ctx, &parts[1..], values).await,
        ["scoring", ..] => scoring(ctx, &parts[1..], values).await,
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

/// A form about the rules: saved, or with its second button tried on past leads.
async fn rule(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let form = RuleForm::at(parts).ok_or(ServiceError::NotFound)?;
    if values.get(TRY) == "1" {
        let id = routing::begin_trial(ctx, Some((form, &values.without(TRY)))).await?;
        return fine(rule_trial(id), "");
    }
    configuration::change_rules(ctx, form, values).await?;
    let message = match form {
        RuleForm::Step(_) if values.get("on") == "1" => "Step switched on",
        RuleForm::Step(_) => "Step switched off",
        RuleForm::StepOrder(_) => "",
        RuleForm::Way(_) => "Saved",
        RuleForm::Fallback => "Fallback saved",
        RuleForm::NewCoverage => "Coverage added",
        RuleForm::EndCoverage(_) => "Coverage removed",
        RuleForm::NewSpecialist => "Specialist added",
        RuleForm::EndSpecialist(_) => "Specialist removed",
        RuleForm::NewTerritory => "Territory added",
        RuleForm::Territory(_) => "Territory saved",
        RuleForm::EndTerritory(_) => "Territory removed",
    };
    fine(format!("/admin/{}", parts[0]), message)
}

async fn trial(ctx: &Ctx, parts: &[&str]) -> Result<Fine, ServiceError> {
    let id = match parts {
        [] => routing::begin_trial(ctx, None).await?,
        [number, "stop"] => {
            let id = TrialId(number_in(number)?);
            routing::stop_trial(ctx, id).await?;
            id
        }
        _ => return Err(ServiceError::NotFound),
    };
    fine(rule_trial(id), "")
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

async fn playbook(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/playbook";
    match parts {
        ["cadence"] => {
            configuration::change_cadence(ctx, values).await?;
            fine(here, "Cadence saved")
        }
        ["texts", text] => {
            configuration::change_playbook_text(ctx, text, values).await?;
            fine(here, "Text saved")
        }
        ["texts", text, "reset"] => {
            configuration::reset_playbook_text(ctx, text, values).await?;
            fine(here, "The text is the standard one again")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn scoring(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/scoring";
    match parts {
        ["rules"] => {
            configuration::add_score_rule(ctx, values).await?;
            fine(here, "Rule added; open leads are scored anew")
        }
        ["rules", number] => {
            configuration::change_score_rule(ctx, ScoreRuleId(number_in(number)?), values).await?;
            fine(here, "Rule saved; open leads are scored anew")
        }
        ["model"] => {
            configuration::change_score_model(ctx, values).await?;
            fine(here, if values.get("on") == "1" { "What closed leads teach counts now" } else { "What closed leads teach no longer counts" })
        }
        ["train"] => {
            configuration::train_scores(ctx, values).await?;
            fine(here, "Learning in the background; the figures appear here")
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
