//! The whole permission table as one text that people review: `domain/tests/permissions.txt`.
//!
//! After a wanted change, `UPDATE=1 cargo test -p domain --test permissions` writes it anew; read the difference.

use std::fmt::Write as _;

use domain::{AccountId, Action, Actor, Audience, GroupId, LifeCycle, Role, Target, UserId, can};

const ME: UserId = UserId(1);
const OTHER: UserId = UserId(2);
const MY_GROUP: GroupId = GroupId(1);
const MANAGED_GROUP: GroupId = GroupId(2);
const OTHER_GROUP: GroupId = GroupId(3);
const MY_FIRM: AccountId = AccountId(1);
const OTHER_FIRM: AccountId = AccountId(2);

fn actor(role: Role) -> Actor {
    Actor {
        id: ME,
        name: "Maya".to_owned(),
        email: "maya@house.test".to_owned(),
        role,
        groups: vec![MY_GROUP],
        managed_groups: vec![MANAGED_GROUP],
        account: Some(MY_FIRM),
    }
}

/// How a lead relates to the person; someone else's in all that is not named.
fn relations() -> Vec<(&'static str, Audience)> {
    let elsewhere =
        Audience { owner: Some(OTHER), group: Some(OTHER_GROUP), distributor: Some(OTHER_FIRM), created_by: Some(OTHER), ..Audience::default() };
    let with = |change: fn(&mut Audience)| {
        let mut audience = elsewhere.clone();
        change(&mut audience);
        audience
    };
    vec![
        ("own", with(|a| a.owner = Some(ME))),
        ("own, in no group", with(|a| (a.owner, a.group) = (Some(ME), None))),
        ("in my group", with(|a| a.group = Some(MY_GROUP))),
        ("in my group, no owner", with(|a| (a.owner, a.group) = (None, Some(MY_GROUP)))),
        ("in a group I manage", with(|a| a.group = Some(MANAGED_GROUP))),
        ("in a group I manage, no owner", with(|a| (a.owner, a.group) = (None, Some(MANAGED_GROUP)))),
        ("unclaimed", with(|a| (a.owner, a.group) = (None, None))),
        ("my team", with(|a| a.team = vec![ME])),
        ("my team, in no group", with(|a| (a.team, a.group) = (vec![ME], None))),
        ("made by me", with(|a| a.created_by = Some(ME))),
        ("delegated to my firm", with(|a| a.distributor = Some(MY_FIRM))),
        ("someone else's", elsewhere.clone()),
        ("someone else's, in no group", with(|a| a.group = None)),
        ("another group's, no owner", with(|a| a.owner = None)),
    ]
}

/// One letter per state the lead is in: `o`pen, `c`losed, `d`eleted; `-` where it is refused.
fn cell(actor: &Actor, action: Action, audience: &Audience) -> String {
    let deleted = Audience { deleted: true, ..audience.clone() };
    let asked = |audience: &Audience, states: &[LifeCycle]| -> bool {
        let answers: Vec<bool> = states.iter().map(|state| can(actor, action, Target::Lead(audience, *state))).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{action:?} depends on more than open, closed or deleted");
        answers[0]
    };
    let letter = |may: bool, letter: char| if may { letter } else { '-' };
    let open = asked(audience, &[LifeCycle::Pending, LifeCycle::InProgress]);
    let closed = asked(audience, &[LifeCycle::Won, LifeCycle::Lost, LifeCycle::Cancelled]);
    let gone = asked(&deleted, &LifeCycle::ALL);
    [letter(open, 'o'), letter(closed, 'c'), letter(gone, 'd')].into_iter().collect()
}

fn row(out: &mut String, title: &str, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.map(|cell| format!("{cell:<14}")).collect();
    writeln!(out, "{}", format!("{title:<32}{}", cells.concat()).trim_end()).expect("a text takes more");
}

fn table() -> String {
    let mut out = String::from("Who may do what. Written by domain/tests/permissions.rs; see there how to write it anew.\n\n");
    row(&mut out, "the site", Role::ALL.into_iter().map(|role| role.key().to_owned()));
    for action in Action::ALL {
        let cells = Role::ALL.into_iter().map(|role| if can(&actor(role), action, Target::Site) { "yes" } else { "-" }.to_owned());
        row(&mut out, &format!("  {action:?}"), cells);
    }
    out.push_str("\nContacts, by whose account they are of.\n");
    for (relation, rep) in [("of my account", Some(ME)), ("of another's account", Some(OTHER)), ("of nobody's account", None)] {
        row(&mut out, relation, Role::ALL.into_iter().map(|role| role.key().to_owned()));
        let cells = Role::ALL.into_iter().map(|role| if can(&actor(role), Action::PullContact, Target::ContactOf(rep)) { "yes" } else { "-" });
        row(&mut out, &format!("  {:?}", Action::PullContact), cells.map(str::to_owned));
    }
    out.push_str("\nTerritories, by who manages them.\n");
    for (relation, manager) in [("managed by me", Some(ME)), ("managed by another", Some(OTHER)), ("managed by nobody", None)] {
        row(&mut out, relation, Role::ALL.into_iter().map(|role| role.key().to_owned()));
        let cells =
            Role::ALL.into_iter().map(|role| if can(&actor(role), Action::NameDistributor, Target::Territory(manager)) { "yes" } else { "-" });
        row(&mut out, &format!("  {:?}", Action::NameDistributor), cells.map(str::to_owned));
    }
    out.push_str("\nAccounts, by who looks after them. A merge asks for both of its accounts.\n");
    for (relation, rep) in [("my account", Some(ME)), ("another's account", Some(OTHER)), ("nobody's account", None)] {
        row(&mut out, relation, Role::ALL.into_iter().map(|role| role.key().to_owned()));
        let cells = Role::ALL.into_iter().map(|role| if can(&actor(role), Action::MergeAccounts, Target::AccountOf(rep)) { "yes" } else { "-" });
        row(&mut out, &format!("  {:?}", Action::MergeAccounts), cells.map(str::to_owned));
    }
    out.push_str("\nLeads: o open, c closed (won, lost, cancelled), d deleted. Actions no role has for a lead are left out.\n");
    for (relation, audience) in relations() {
        out.push('\n');
        row(&mut out, relation, Role::ALL.into_iter().map(|role| role.key().to_owned()));
        for action in Action::ALL.into_iter().filter(|action| is_about_leads(*action)) {
            row(&mut out, &format!("  {action:?}"), Role::ALL.into_iter().map(|role| cell(&actor(role), action, &audience)));
        }
    }
    out
}

fn is_about_leads(action: Action) -> bool {
    Role::ALL.into_iter().any(|role| relations().iter().any(|(_, audience)| cell(&actor(role), action, audience) != "---"))
}

#[test]
fn the_permission_table_is_as_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/permissions.txt");
    let table = table();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &table).expect("the table can be written");
    }
    let reviewed = std::fs::read_to_string(path).unwrap_or_default();
    let difference = table.lines().zip(reviewed.lines()).find(|(now, then)| now != then);
    assert!(table == reviewed, "the table changed, first at (now, reviewed): {difference:#?}\nWrite it anew with UPDATE=1 and read the difference.");
}

#[test]
fn a_distributor_user_without_a_firm_sees_nothing() {
    let nobody = Actor { account: None, ..actor(Role::Distributor) };
    for (relation, mut audience) in relations() {
        audience.distributor = None;
        assert!(!can(&nobody, Action::ReadLead, Target::Lead(&audience, LifeCycle::Pending)), "{relation}");
    }
}

#[test]
fn whoever_cannot_read_a_lead_can_do_nothing_to_it() {
    for role in Role::ALL {
        for (relation, audience) in relations() {
            for state in LifeCycle::ALL {
                let may = |action| can(&actor(role), action, Target::Lead(&audience, state));
                assert!(may(Action::ReadLead) || Action::ALL.into_iter().all(|action| !may(action)), "{role:?} {relation}");
            }
        }
    }
}
