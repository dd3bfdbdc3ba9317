//! Ladders: their rungs, and who holds the posts on them.

use domain::event::TextChange;
use domain::ladder::{ALTERNATES_MAX, Alternate, Channel, Condition, FURTHER_DEPUTIES_MAX, Ladder, LadderKind, Post, Posts, Rung};
use domain::text::required_line;
use domain::{Catalog, Copies, EmailAddress, EventKind, FieldErrors, FormValues, UserId};
use store::Tx;

use super::{begin, finish};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, parse_ids};

const RUNG_FIELDS: [&str; 7] = ["condition", "alternate_1", "alternate_2", "alternate_3", "alternate_4", "channels", "assigns"];
const POST_FIELDS: [&str; 5] = ["intake_owner", "first_deputy", "further_deputy_1", "further_deputy_2", "further_deputy_3"];

/// Addresses outside that may have a copy of every call.
const ADDRESSES_MAX: usize = 20;

/// The fields `NAME_1`, `NAME_2` and so on with what was sent; none when the form does not have them.
fn numbered<'f>(form: &'f FormValues, name: &str, most: usize) -> Vec<(String, &'f str)> {
    let fields = (1..=most).map(|number| format!("{name}_{number}"));
    fields.filter_map(|field| form.find(&field).map(|text| (field, text))).collect()
}

/// Changes who holds the posts. Fields: `intake_owner`, `first_deputy`, `further_deputy_1` and so on, in the order in which
/// they are tried. One that was not sent stays as it is.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn change_posts(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &POST_FIELDS)?;
    let old = tx.ladders().posts().await?;
    let mut errors = FieldErrors::default();
    let mut holders = |post: Post, sent: Vec<(String, &str)>| {
        if sent.is_empty() {
            return old.holders(post).to_vec();
        }
        let may = |id: &UserId| old.holders(post).contains(id) || catalog.possible_owners().any(|person| person.id == *id);
        let mut users: Vec<UserId> = Vec::new();
        for (field, text) in sent.into_iter().filter(|(_, text)| !text.is_empty()) {
            let user = text.parse().ok().filter(may).ok_or("Choose somebody of the house who can sign in");
            users.extend(errors.take(&field, user).filter(|user| !users.contains(user)));
        }
        users
    };
    let one = |post: Post| form.find(post.key()).map(|text| (post.key().to_owned(), text)).into_iter().collect::<Vec<_>>();
    let new = Posts {
        intake_owner: holders(Post::IntakeOwner, one(Post::IntakeOwner)).first().copied(),
        first_deputy: holders(Post::FirstDeputy, one(Post::FirstDeputy)).first().copied(),
        further_deputies: holders(Post::FurtherDeputy, numbered(form, Post::FurtherDeputy.key(), FURTHER_DEPUTIES_MAX)),
    };
    errors.into_result()?;
    if new == old {
        return Ok(());
    }
    tx.ladders().change_posts(&new).await?;
    let names = |posts: &Posts, post: Post| posts.holders(post).iter().map(|id| catalog.person_name(*id)).collect::<Vec<_>>().join(", ");
    let changes = only_differences(Post::ALL.map(|post| (post.label(), names(&old, post), names(&new, post))));
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "the posts in taking calls".to_owned(), changes }).await
}

/// Changes who has a copy of the note of every call. Fields: `people` (several; sent once empty besides), `addresses`, one on a line or
/// separated by commas. One that was not sent stays as it is.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn change_call_copies(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &["people", "addresses"])?;
    let old = tx.ladders().copies().await?;
    let mut new = old.clone();
    let mut errors = FieldErrors::default();
    if let Some(users) = parse_ids::<UserId>(&mut errors, form, "people") {
        let may = |id: &UserId| old.users.contains(id) || catalog.possible_owners().any(|person| person.id == *id);
        if !users.iter().all(may) {
            errors.add("people", "Choose somebody of the house who can sign in");
        }
        new.users = users;
    }
    if let Some(text) = form.find("addresses") {
        new.addresses = read_addresses(&mut errors, text);
    }
    errors.into_result()?;
    if new == old {
        return Ok(());
    }
    tx.ladders().change_copies(&new).await?;
    let people = |copies: &Copies| copies.users.iter().map(|id| catalog.person_name(*id)).collect::<Vec<_>>().join(", ");
    let addresses = |copies: &Copies| copies.addresses.iter().map(EmailAddress::as_str).collect::<Vec<_>>().join(", ");
    let changes = only_differences([("People", people(&old), people(&new)), ("Addresses", addresses(&old), addresses(&new))]);
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "who has a copy of every call".to_owned(), changes }).await
}

/// Each address once; what is none is said at the field.
fn read_addresses(errors: &mut FieldErrors, text: &str) -> Vec<EmailAddress> {
    let mut found: Vec<EmailAddress> = Vec::new();
    for part in text.split(['\n', ',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
        let Some(address) = errors.take("addresses", EmailAddress::parse(part).map_err(|error| error.to_string())) else { return found };
        if !found.iter().any(|known| known.folded() == address.folded()) {
            found.push(address);
        }
    }
    if found.len() > ADDRESSES_MAX {
        errors.add("addresses", format!("Name at most {ADDRESSES_MAX} addresses"));
    }
    found
}

/// Renames a ladder. Field: `name`.
///
/// # Errors
/// As [`change_posts`].
pub async fn rename_ladder(ctx: &Ctx, kind: LadderKind, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &["name"])?;
    let mut ladder = tx.ladders().find(kind).await?;
    let name = required_line(form.get("name"), "a name").map_err(|error| FieldErrors::at("name", error.to_string()))?;
    if name == ladder.name {
        return Ok(());
    }
    let changes = only_differences([("Name", ladder.name.clone(), name.clone())]);
    ladder.name = name;
    save(ctx, tx, &ladder, changes).await
}

/// Adds a rung at the end, but before one that gives the lead away. Fields: `condition`, `alternate_1` and so on in
/// their order, `channels` (several), `assigns`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields, and at the form as a whole when
/// the ladder would no longer do.
pub async fn add_rung(ctx: &Ctx, kind: LadderKind, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &RUNG_FIELDS)?;
    let mut ladder = tx.ladders().find(kind).await?;
    let empty = Rung { id: 0, condition: Condition::IfUnavailableAbove, alternates: Vec::new(), channels: Vec::new(), assigns: false };
    let rung = read(form, empty, &catalog)?;
    let changes = vec![change("New rung", String::new(), &rung, &catalog)];
    ladder.add(rung);
    save(ctx, tx, &ladder, changes).await
}

/// Changes a rung. A field that was not sent stays as it is; `channels` and `assigns` are check boxes, so their form also
/// sends them once empty.
///
/// # Errors
/// As [`add_rung`], and [`ServiceError::NotFound`].
pub async fn change_rung(ctx: &Ctx, kind: LadderKind, id: i64, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &RUNG_FIELDS)?;
    let mut ladder = tx.ladders().find(kind).await?;
    let at = place(&ladder, id)?;
    let old = ladder.rungs[at].clone();
    let new = read(form, old.clone(), &catalog)?;
    if new == old {
        return Ok(());
    }
    let changes = vec![change(&format!("Rung {}", at + 1), in_words(&old, &catalog), &new, &catalog)];
    ladder.rungs[at] = new;
    save(ctx, tx, &ladder, changes).await
}

/// Moves a rung up or down, by `direction`; at the end of the ladder it stays.
///
/// # Errors
/// As [`change_rung`]; [`ServiceError::Refused`] when the ladder would no longer do.
pub async fn move_rung(ctx: &Ctx, kind: LadderKind, id: i64, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &["direction"])?;
    let mut ladder = tx.ladders().find(kind).await?;
    let at = place(&ladder, id)?;
    let other = match form.get("direction") {
        "up" => at.checked_sub(1),
        "down" => Some(at + 1),
        _ => return Err(FieldErrors::at("direction", "Choose up or down").into()),
    };
    let Some(other) = other.filter(|other| *other < ladder.rungs.len()) else { return Ok(()) };
    ladder.rungs.swap(at, other);
    ladder.check().map_err(|error| ServiceError::Refused(error.to_string()))?;
    save(ctx, tx, &ladder, Vec::new()).await
}

/// Removes a rung.
///
/// # Errors
/// As [`move_rung`].
pub async fn remove_rung(ctx: &Ctx, kind: LadderKind, id: i64, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &[])?;
    let mut ladder = tx.ladders().find(kind).await?;
    let at = place(&ladder, id)?;
    let old = ladder.rungs.remove(at);
    ladder.check().map_err(|error| ServiceError::Refused(error.to_string()))?;
    let changes = vec![TextChange { what: format!("Rung {}", at + 1), old: in_words(&old, &catalog), new: String::new() }];
    save(ctx, tx, &ladder, changes).await
}

fn place(ladder: &Ladder, id: i64) -> Result<usize> {
    ladder.rungs.iter().position(|rung| rung.id == id).ok_or(ServiceError::NotFound)
}

async fn save(ctx: &Ctx, mut tx: Tx, ladder: &Ladder, changes: Vec<TextChange>) -> Result<()> {
    ladder.check().map_err(|error| FieldErrors::at("", error.to_string()))?;
    tx.ladders().change(ladder).await?;
    finish(ctx, tx, 0, EventKind::RecordChanged { name: format!("the ladder {}", ladder.name), changes }).await
}

fn read(form: &FormValues, old: Rung, catalog: &Catalog) -> Result<Rung> {
    let mut errors = FieldErrors::default();
    let mut new = old.clone();
    if let Some(key) = form.find("condition") {
        new.condition = errors.take("condition", Condition::from_key(key).ok_or("Choose from the list")).unwrap_or(old.condition);
    }
    let sent = numbered(form, "alternate", ALTERNATES_MAX);
    if !sent.is_empty() {
        new.alternates = Vec::new();
        for (field, key) in sent.into_iter().filter(|(_, key)| !key.is_empty()) {
            let may = |alternate: &Alternate| match alternate {
                Alternate::Person(user) => old.alternates.contains(alternate) || catalog.possible_owners().any(|person| person.id == *user),
                _ => true,
            };
            let alternate = errors.take(&field, Alternate::from_key(key).filter(may).ok_or("Choose from the list"));
            new.alternates.extend(alternate.filter(|alternate| !new.alternates.contains(alternate)));
        }
    }
    if form.find("channels").is_some() {
        let ticked: Vec<&str> = form.all("channels").filter(|key| !key.is_empty()).collect();
        if ticked.iter().any(|key| Channel::from_key(key).is_none()) {
            errors.add("channels", "Choose from the list");
        }
        new.channels = Channel::ALL.into_iter().filter(|channel| ticked.contains(&channel.key())).collect();
    }
    new.assigns = is_ticked(form, "assigns").unwrap_or(old.assigns);
    if new.alternates.is_empty() {
        errors.add("alternate_1", "Choose who stands on this rung");
    }
    if new.channels.is_empty() && !new.assigns {
        errors.add("channels", "Tick where they are called");
    }
    errors.into_result()?;
    Ok(new)
}

fn change(what: &str, old: String, new: &Rung, catalog: &Catalog) -> TextChange {
    TextChange { what: what.to_owned(), old, new: in_words(new, catalog) }
}

/// A rung in a sentence, for the audit.
fn in_words(rung: &Rung, catalog: &Catalog) -> String {
    let people = rung.alternates.iter().map(|alternate| alternate.label(catalog)).collect::<Vec<_>>().join(", ");
    let channels = rung.channels.iter().map(|channel| channel.label().to_lowercase()).collect::<Vec<_>>().join(", ");
    let gets = if rung.assigns { "; gets the lead without an answer" } else { "" };
    format!("{}: {people} by {channels}{gets}", rung.condition.label())
}
