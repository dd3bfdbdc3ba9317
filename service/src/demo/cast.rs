//! The people, groups and lists of the demonstration, and the companies and persons that leads come from.

use domain::ladder::Posts;
use domain::text::EmailAddress;
use domain::{
    Absence, AccountId, AccountKind, Availability, ChoiceList, DAY_MS, GroupId, HOUR_MS, Numbers, Phone, Reachability, Role, Timestamp, UserId,
};
use store::Tx;
use store::accounts::NewAccount;
use store::people::NewUser;

use super::dice::Dice;
use super::words::{COMPANY_FORMS, COMPANY_STEMS, DISTRIBUTORS, FIRST_NAMES, LAST_NAMES, LOCATIONS, PARTNERS, TRADES};
use crate::error::{Result, ServiceError};

/// The password of everybody who can sign in.
pub(super) const PASSWORD: &str = "demo";

/// What stands in place of a password's hash for people nobody signs in as: no password fits it.
pub(super) const NO_PASSWORD: &str = "!";

/// Where somebody works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Region {
    North,
    South,
}

const INTAKE: &str = "Intake";

impl Region {
    /// What it and its group are called.
    fn name(self) -> &'static str {
        match self {
            Region::North => "North",
            Region::South => "South",
        }
    }
}

/// Address, name, role, region. The first six can sign in.
type Member = (&'static str, &'static str, Role, Option<Region>);

const STAFF: [Member; 17] = [
    ("rep@demo.test", "Maya Lindqvist", Role::Rep, Some(Region::North)),
    ("rep2@demo.test", "Owen Pryce", Role::Rep, Some(Region::South)),
    ("intake@demo.test", "Grace Okafor", Role::Intake, None),
    ("manager@demo.test", "Hassan Farouk", Role::Manager, Some(Region::North)),
    ("distributor@demo.test", "Elena Marchetti", Role::Distributor, None),
    ("admin@demo.test", "Ruth Calloway", Role::Administrator, None),
    ("helen.marsh@demo.test", "Helen Marsh", Role::Manager, Some(Region::South)),
    ("callum.innes@demo.test", "Callum Innes", Role::Rep, Some(Region::North)),
    ("priya.mehta@demo.test", "Priya Mehta", Role::Rep, Some(Region::North)),
    ("rory.galbraith@demo.test", "Rory Galbraith", Role::Rep, Some(Region::North)),
    ("freya.sorensen@demo.test", "Freya Sorensen", Role::Rep, Some(Region::North)),
    ("tomasz.kowalski@demo.test", "Tomasz Kowalski", Role::Rep, Some(Region::North)),
    ("ines.delgado@demo.test", "Ines Delgado", Role::Rep, Some(Region::South)),
    ("kwame.osei@demo.test", "Kwame Osei", Role::Rep, Some(Region::South)),
    ("bronwen.vickers@demo.test", "Bronwen Vickers", Role::Rep, Some(Region::South)),
    ("yuki.tanaka@demo.test", "Yuki Tanaka", Role::Rep, Some(Region::South)),
    ("declan.brennan@demo.test", "Declan Brennan", Role::Rep, Some(Region::South)),
];

/// Who holds the posts on the ladders, by address: intake owner, first deputy, further deputies.
const POSTS: [&str; 4] = ["manager@demo.test", "helen.marsh@demo.test", "priya.mehta@demo.test", "kwame.osei@demo.test"];
/// Who takes no calls just now, and what they say.
const NOT_AVAILABLE: [(&str, Availability); 2] = [("callum.innes@demo.test", Availability::Busy), ("yuki.tanaka@demo.test", Availability::Away)];
/// Who is absent for days, and who takes their calls.
const ABSENT: (&str, &str) = ("rory.galbraith@demo.test", "freya.sorensen@demo.test");

/// How many of [`STAFF`] can sign in.
pub(super) const SIGN_INS: usize = 6;

/// Who works here, once they have their numbers.
#[derive(Clone, Debug)]
pub(super) struct Cast {
    pub intake: UserId,
    /// Reps of the north, `rep@demo.test` first; then those of the south, `rep2@demo.test` first.
    pub reps: [Vec<UserId>; 2],
    pub groups: [GroupId; 2],
    pub intake_group: GroupId,
    pub distributors: Vec<AccountId>,
}

impl Cast {
    fn of(staff: &[UserId], groups: [GroupId; 2], intake_group: GroupId, distributors: Vec<AccountId>) -> Self {
        let reps = |region| members(staff, Role::Rep, Some(region));
        Self { intake: members(staff, Role::Intake, None)[0], reps: [reps(Region::North), reps(Region::South)], groups, intake_group, distributors }
    }
}

fn members(staff: &[UserId], role: Role, region: Option<Region>) -> Vec<UserId> {
    let fitting = STAFF.iter().zip(staff).filter(|((_, _, known, place), _)| *known == role && *place == region);
    fitting.map(|(_, id)| *id).collect()
}

/// Writes people, groups, partners, locations and distributors. `hashes` are those of the password, one for each who
/// can sign in.
pub(super) async fn add(tx: &mut Tx, hashes: Vec<String>, now: Timestamp) -> Result<Cast> {
    let distributors = add_distributors(tx, now).await?;
    let mut hashes = hashes.into_iter();
    let mut staff = Vec::new();
    for (email, name, role, _) in STAFF {
        let user = NewUser {
            email: EmailAddress::parse(email).map_err(|error| ServiceError::Internal(Box::new(error)))?,
            name: name.to_owned(),
            role,
            password_hash: hashes.next().unwrap_or_else(|| NO_PASSWORD.to_owned()),
            account: (role == Role::Distributor).then_some(distributors[0]),
            at: now,
        };
        staff.push(tx.people().add(user).await?);
    }
    let mut groups = [GroupId(0); 2];
    for (group, region) in groups.iter_mut().zip([Region::North, Region::South]) {
        let managers = members(&staff, Role::Manager, Some(region));
        *group = tx.people().add_group(region.name(), region.name(), managers.first().copied()).await?;
        tx.people().change_members(*group, &[managers, members(&staff, Role::Rep, Some(region))].concat()).await?;
    }
    let intake_group = tx.people().add_group(INTAKE, "", None).await?;
    tx.people().change_members(intake_group, &members(&staff, Role::Intake, None)).await?;
    add_lists(tx).await?;
    add_reach(tx, &staff, now).await?;
    Ok(Cast::of(&staff, groups, intake_group, distributors))
}

/// The same people again, when filling goes on after it was interrupted; `None` when they are no longer all there.
pub(super) async fn find(tx: &mut Tx) -> Result<Option<Cast>> {
    let mut staff = Vec::new();
    for (email, ..) in STAFF {
        staff.extend(tx.people().find_by_email(email).await?.map(|user| user.id));
    }
    let mut distributors = Vec::new();
    for name in DISTRIBUTORS {
        distributors.extend(tx.accounts().find_by_name(name).await?);
    }
    let groups = tx.people().list_groups().await?;
    let group = |name: &str| groups.iter().find(|group| group.name == name).map(|group| group.id);
    let (Some(north), Some(south), Some(intake)) = (group(Region::North.name()), group(Region::South.name()), group(INTAKE)) else {
        return Ok(None);
    };
    let is_whole = staff.len() == STAFF.len() && distributors.len() == DISTRIBUTORS.len();
    Ok(is_whole.then(|| Cast::of(&staff, [north, south], intake, distributors)))
}

async fn add_distributors(tx: &mut Tx, now: Timestamp) -> Result<Vec<AccountId>> {
    let first = tx.take_numbers("account", DISTRIBUTORS.len() as i64).await?;
    let accounts: Vec<NewAccount> = DISTRIBUTORS
        .iter()
        .zip(first..)
        .map(|(name, id)| NewAccount {
            id: AccountId(id),
            name: (*name).to_owned(),
            kinds: vec![AccountKind::Distributor],
            primary_rep: None,
            website: format!("https://{}", domain_of(name)),
            domains: vec![domain_of(name)],
            locations: Vec::new(),
            import: None,
            now,
        })
        .collect();
    tx.accounts().add_many(&accounts).await?;
    Ok(accounts.iter().map(|account| account.id).collect())
}

/// Everybody of the house has an extension and a voicemail, who is out and about also a mobile (numbers that are kept for
/// stories); two take no calls, one is absent.
async fn add_reach(tx: &mut Tx, staff: &[UserId], now: Timestamp) -> Result<()> {
    let id_of = |wanted: &str| STAFF.iter().zip(staff).find(|((email, ..), _)| *email == wanted).map(|(_, id)| *id);
    for (number, ((email, _, role, _), user)) in STAFF.iter().zip(staff).enumerate().filter(|(_, ((_, _, role, _), _))| role.is_internal()) {
        let plain = |raw: String| Phone { raw, e164: None };
        let is_out = matches!(role, Role::Rep | Role::Manager);
        let mobile = Phone { raw: format!("07700 900{:03}", 100 + number), e164: Some(format!("+447700900{:03}", 100 + number)) };
        let numbers = Numbers {
            extension: Some((201 + number).to_string()),
            mobile: is_out.then_some(mobile),
            voicemail: Some(plain((801 + number).to_string())),
        };
        let availability = NOT_AVAILABLE.iter().find(|(who, _)| who == email).map(|(_, availability)| *availability);
        let today = now.start_of_day();
        let absence = Absence { from: today.plus_ms(-DAY_MS), until: Some(today.plus_ms(4 * DAY_MS)) };
        let is_absent = *email == ABSENT.0;
        let reach = Reachability {
            numbers,
            availability: availability.unwrap_or_default(),
            since: availability.map(|_| now.plus_ms(-HOUR_MS / 2)),
            absence: is_absent.then_some(absence),
            deputy: if is_absent { id_of(ABSENT.1) } else { None },
        };
        tx.reach().change(*user, 0, &reach).await?;
    }
    let further_deputies = POSTS[2..].iter().filter_map(|email| id_of(email)).collect();
    let posts = Posts { intake_owner: id_of(POSTS[0]), first_deputy: id_of(POSTS[1]), further_deputies };
    Ok(tx.ladders().change_posts(&posts).await?)
}

async fn add_lists(tx: &mut Tx) -> Result<()> {
    let known = tx.catalog().load().await?;
    for (list, names) in [(ChoiceList::Partner, &PARTNERS[..]), (ChoiceList::Location, &LOCATIONS[..])] {
        for name in names {
            if known.choice_named(list, name).is_none() {
                tx.catalog().add_choice(list, name, false).await?;
            }
        }
    }
    Ok(())
}

/// The name of the company with this number. Names begin to repeat after some 350,000.
pub(super) fn company(number: u64) -> String {
    let (stems, trades, forms) = (COMPANY_STEMS.len() as u64, TRADES.len() as u64, COMPANY_FORMS.len() as u64);
    let all = stems * trades * forms;
    // A step without a common divisor visits every combination once.
    let place = (number % all) * 104_729 % all;
    let stem = COMPANY_STEMS[(place % stems) as usize];
    let trade = TRADES[(place / stems % trades) as usize];
    let form = COMPANY_FORMS[(place / stems / trades % forms) as usize];
    format!("{stem} {trade} {form}").trim_end().to_owned()
}

/// The web domain of a company: its name's words, under the ending that never leads anywhere.
pub(super) fn domain_of(company: &str) -> String {
    format!("{}.example", dashed(company))
}

fn dashed(text: &str) -> String {
    let words: Vec<String> =
        text.to_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.join("-")
}

/// A person's first and last name.
pub(super) fn person(dice: &mut Dice) -> (&'static str, &'static str) {
    (*dice.pick(&FIRST_NAMES), *dice.pick(&LAST_NAMES))
}

/// A person's address at their company, in one of the usual styles.
pub(super) fn email(dice: &mut Dice, first: &str, last: &str, company: &str) -> Result<EmailAddress> {
    let (first, last) = (first.to_lowercase(), last.to_lowercase());
    let local = match dice.below(4) {
        0 => first,
        1 => format!("{}{last}", &first[..1]),
        _ => format!("{first}.{last}"),
    };
    EmailAddress::parse(&format!("{local}@{}", domain_of(company))).map_err(|error| ServiceError::Internal(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companies_do_not_repeat_for_a_long_time() {
        let names: std::collections::HashSet<String> = (0..350_000).map(company).collect();
        assert_eq!(names.len(), 350_000);
    }

    #[test]
    fn every_name_makes_an_address() {
        let mut dice = Dice::of(1, 1);
        for number in 0..2000 {
            let (first, last) = person(&mut dice);
            assert!(email(&mut dice, first, last, &company(number)).is_ok(), "{first} {last} of {}", company(number));
        }
    }
}
