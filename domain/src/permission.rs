//! Who may do what: the one place. [`can`] answers for one record, [`Scope::of`] for lists, pushes and counts.
//!
//! Both are pure: the browser uses them to leave out a button, the service to refuse the call. The whole table is a
//! reviewed snapshot in `domain/tests/permissions.rs`.

use serde::{Deserialize, Serialize};

use crate::{AccountId, Actor, Document, GroupId, HelpRequest, Lead, LifeCycle, Role, SavedView, Task, Ticket, UserId};

/// The facts about a lead that decide who may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distributor: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<UserId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub team: Vec<UserId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

impl Audience {
    /// Whether a lead waits until somebody of its group accepts it, while it is open (S4-7).
    #[must_use]
    pub fn waits_for_its_group(&self) -> bool {
        self.owner.is_none() && self.group.is_some()
    }
}

/// One reason why a person sees a lead. A scope is the union of its reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// They own it.
    Owner(UserId),
    /// It belongs to a group of theirs, or one they manage.
    Group(GroupId),
    /// It has neither owner nor group, so anyone in the house may take it.
    Unclaimed,
    /// They help on its team.
    Team(UserId),
    /// They took it down.
    CreatedBy(UserId),
    /// It is delegated to their firm.
    Distributor(AccountId),
}

impl Reach {
    /// Whether a lead with this audience is within this reach.
    #[must_use]
    pub fn includes(&self, audience: &Audience) -> bool {
        match self {
            Reach::Owner(user) => audience.owner == Some(*user),
            Reach::Group(group) => audience.group == Some(*group),
            Reach::Unclaimed => audience.owner.is_none() && audience.group.is_none(),
            Reach::Team(user) => audience.team.contains(user),
            Reach::CreatedBy(user) => audience.created_by == Some(*user),
            Reach::Distributor(account) => audience.distributor == Some(*account),
        }
    }
}

/// Which leads a person may know of. Each list, live push, count and export takes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    All,
    /// Any one of the reaches is enough; none at all means nothing is visible.
    Any(Vec<Reach>),
}

impl Scope {
    /// The scope of a person. Source: decision 10 of the product description.
    #[must_use]
    pub fn of(actor: &Actor) -> Self {
        let mut reaches = match actor.role {
            Role::Administrator => return Scope::All,
            Role::Distributor => return Scope::Any(actor.account.map(Reach::Distributor).into_iter().collect()),
            Role::Intake => vec![Reach::Owner(actor.id), Reach::Team(actor.id), Reach::Unclaimed, Reach::CreatedBy(actor.id)],
            Role::Rep | Role::Manager => vec![Reach::Owner(actor.id), Reach::Team(actor.id), Reach::Unclaimed],
        };
        let managed = actor.managed_groups.iter().filter(|group| !actor.groups.contains(group));
        reaches.extend(actor.groups.iter().chain(managed).map(|group| Reach::Group(*group)));
        Scope::Any(reaches)
    }

    /// Whether a lead with this audience may be known to the person.
    #[must_use]
    pub fn includes(&self, audience: &Audience) -> bool {
        match self {
            Scope::All => true,
            Scope::Any(reaches) => reaches.iter().any(|reach| reach.includes(audience)),
        }
    }
}

/// Something a person may want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    ReadLead,
    AddLead,
    /// Tell of a lead one came across, and hear what becomes of it.
    ReferLead,
    EditLead,
    /// Notes and comments; they stay possible on closed leads.
    CommentOnLead,
    /// Become its owner; an outside person works a lead but never owns it.
    AcceptLead,
    /// Start, win, lose, cancel, reopen.
    MoveLead,
    DeleteLead,
    RestoreLead,
    /// Have the rules decide once more who gets it.
    RouteLead,
    /// Hand it to a distributor, and take it back.
    DelegateLead,
    /// Accept or decline it for the distributor that one works for.
    AnswerDelegation,
    /// Name the distributor of a territory for a quarter.
    NameDistributor,
    /// Mark distributors that answer from a central call centre.
    MarkCallCentre,
    /// Take a lead back from whoever has it and does not touch it, and remind them.
    ReclaimLead,
    ImportLeads,
    ReadAccounts,
    EditAccounts,
    /// Make one of two accounts, and take that back.
    MergeAccounts,
    /// Give a supplier a private address at which it reads what became of its leads, and revoke it.
    ShareWithSuppliers,
    /// Look after products, their prices and how quotes are made.
    ManageProducts,
    /// Make a customer of a lead, and take that back.
    ConvertLead,
    /// Note payments, cancel invoices, and say how leads are converted.
    ManageInvoices,
    /// Send contact events, as other programs do.
    SendEvents,
    /// Make a contact a lead before the threshold.
    PullContact,
    /// Propose another threshold, try it, withdraw a proposal.
    ProposeThreshold,
    /// Say of themselves whether and how they can be reached.
    SayAvailability,
    ManagePeople,
    /// Read the mails that came in and those in the outbox, and have one sent again.
    ManageMail,
    /// Lead types, pipelines, lists, fields, the site; and reading who changed what.
    Configure,
}

impl Action {
    /// Every action, in the order of the permission table.
    pub const ALL: [Action; 30] = [
        Action::ReadLead,
        Action::AddLead,
        Action::ReferLead,
        Action::EditLead,
        Action::CommentOnLead,
        Action::AcceptLead,
        Action::MoveLead,
        Action::DeleteLead,
        Action::RestoreLead,
        Action::RouteLead,
        Action::DelegateLead,
        Action::AnswerDelegation,
        Action::NameDistributor,
        Action::MarkCallCentre,
        Action::ReclaimLead,
        Action::ImportLeads,
        Action::ReadAccounts,
        Action::EditAccounts,
        Action::MergeAccounts,
        Action::ShareWithSuppliers,
        Action::ManageProducts,
        Action::ConvertLead,
        Action::ManageInvoices,
        Action::SendEvents,
        Action::PullContact,
        Action::ProposeThreshold,
        Action::SayAvailability,
        Action::ManagePeople,
        Action::ManageMail,
        Action::Configure,
    ];

    /// What it is called in the table of roles.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Action::ReadLead => "see",
            Action::AddLead => "Add leads",
            Action::ReferLead => "Refer leads",
            Action::EditLead => "change",
            Action::CommentOnLead => "comment",
            Action::AcceptLead => "accept",
            Action::MoveLead => "win, lose, reopen",
            Action::DeleteLead => "delete",
            Action::RestoreLead => "restore",
            Action::RouteLead => "route again",
            Action::DelegateLead => "delegate",
            Action::AnswerDelegation => "answer for their firm",
            Action::NameDistributor => "Name the distributors of any territory; its manager those of their own",
            Action::MarkCallCentre => "Mark distributors as call centres",
            Action::ReclaimLead => "take back when ignored",
            Action::ImportLeads => "Import leads",
            Action::ReadAccounts => "See accounts and contacts",
            Action::EditAccounts => "Change accounts and contacts",
            Action::MergeAccounts => "Merge any accounts, and take it back; reps those they look after both",
            Action::ShareWithSuppliers => "Give suppliers an address at which they read of their leads",
            Action::ManageProducts => "Look after products, prices and how quotes are made",
            Action::ConvertLead => "convert",
            Action::ManageInvoices => "Note payments, cancel invoices and say how leads are converted",
            Action::SendEvents => "Send contact events",
            Action::PullContact => "Make any contact a lead before the threshold; reps those of their accounts",
            Action::ProposeThreshold => "Propose and try thresholds",
            Action::SayAvailability => "Say whether they take calls",
            Action::ManagePeople => "Manage people and groups",
            Action::ManageMail => "Read incoming mail and the outbox, and send mail again",
            Action::Configure => "Configure the site and read the audit",
        }
    }

    /// Whether it is done to one lead rather than to the site.
    #[must_use]
    pub fn is_about_a_lead(self) -> bool {
        matches!(
            self,
            Action::ReadLead
                | Action::EditLead
                | Action::CommentOnLead
                | Action::AcceptLead
                | Action::MoveLead
                | Action::DeleteLead
                | Action::RestoreLead
                | Action::RouteLead
                | Action::DelegateLead
                | Action::AnswerDelegation
                | Action::ReclaimLead
                | Action::ConvertLead
        )
    }
}

/// What the action is done to.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// The site as a whole: adding, importing, administering, accounts and contacts.
    Site,
    /// One lead.
    Lead(&'a Audience, LifeCycle),
    /// A territory that this person manages.
    Territory(Option<UserId>),
    /// A contact of an account that this person looks after.
    ContactOf(Option<UserId>),
    /// An account that this person looks after. A merge asks for both of its accounts.
    AccountOf(Option<UserId>),
}

/// Whether the person may do it. For a lead, being outside the person's scope refuses everything, so that a refusal
/// and an absent lead look the same.
#[must_use]
pub fn can(actor: &Actor, action: Action, target: Target<'_>) -> bool {
    match target {
        Target::Site => can_on_site(actor.role, action),
        Target::Lead(audience, state) => Scope::of(actor).includes(audience) && can_on_lead(actor, action, audience, state),
        Target::Territory(manager) => {
            let is_theirs = actor.role.is_internal() && manager == Some(actor.id);
            can_on_site(actor.role, action) || (action == Action::NameDistributor && is_theirs)
        }
        Target::ContactOf(rep) => {
            let is_theirs = actor.role == Role::Rep && rep == Some(actor.id);
            can_on_site(actor.role, action) || (action == Action::PullContact && is_theirs)
        }
        Target::AccountOf(rep) => {
            let is_theirs = actor.role == Role::Rep && rep == Some(actor.id);
            can_on_site(actor.role, action) || (action == Action::MergeAccounts && is_theirs)
        }
    }
}

fn can_on_site(role: Role, action: Action) -> bool {
    match action {
        Action::AddLead | Action::ReferLead | Action::ReadAccounts | Action::EditAccounts | Action::SendEvents | Action::SayAvailability => {
            role.is_internal()
        }
        Action::ImportLeads
        | Action::MergeAccounts
        | Action::ShareWithSuppliers
        | Action::ManageProducts
        | Action::ManageInvoices
        | Action::PullContact
        | Action::ProposeThreshold
        | Action::MarkCallCentre => matches!(role, Role::Manager | Role::Administrator),
        Action::ManagePeople | Action::ManageMail | Action::Configure | Action::NameDistributor => role == Role::Administrator,
        _ => false,
    }
}

fn can_on_lead(actor: &Actor, action: Action, audience: &Audience, state: LifeCycle) -> bool {
    let leads_it = match actor.role {
        Role::Administrator => true,
        Role::Manager => audience.group.is_none_or(|group| actor.managed_groups.contains(&group)) || audience.owner == Some(actor.id),
        _ => false,
    };
    // Being assigned gives write access by definition; an unowned lead is there to be taken.
    let works_it = leads_it
        || audience.owner == Some(actor.id)
        || audience.team.contains(&actor.id)
        || audience.owner.is_none()
        || (actor.role == Role::Intake && audience.created_by == Some(actor.id))
        || actor.role == Role::Distributor;
    match action {
        Action::ReadLead => true,
        Action::CommentOnLead => !audience.deleted,
        Action::EditLead => works_it && !audience.deleted && state.is_open(),
        // Whether it can be taken is the guard's to say: the one who came second reads that it has an owner.
        Action::AcceptLead => actor.role.is_internal() && !audience.deleted,
        Action::MoveLead => works_it && !audience.deleted,
        Action::ConvertLead => works_it && actor.role.is_internal() && !audience.deleted,
        Action::DeleteLead => (leads_it || (actor.role == Role::Rep && audience.owner == Some(actor.id))) && !audience.deleted,
        Action::RestoreLead => (leads_it || (actor.role == Role::Rep && audience.owner == Some(actor.id))) && audience.deleted,
        Action::RouteLead | Action::DelegateLead => leads_it && !audience.deleted && state.is_open(),
        Action::AnswerDelegation => actor.role == Role::Distributor && !audience.deleted && state.is_open(),
        // Who delegated a lead stays its owner, and can take it back from the distributor.
        Action::ReclaimLead => {
            let delegated_it = actor.role.is_internal() && audience.owner == Some(actor.id) && audience.distributor.is_some();
            (leads_it || delegated_it) && !audience.deleted && state.is_open()
        }
        _ => false,
    }
}

/// Whether the person may hand a lead to a distributor and take it back: who manages the lead, and who owns it as the manager of
/// the territory in which it is.
#[must_use]
pub fn may_delegate(actor: &Actor, audience: &Audience, state: LifeCycle, territory_manager: Option<UserId>) -> bool {
    let may = |action| can(actor, action, Target::Lead(audience, state));
    let is_theirs = audience.owner == Some(actor.id) && territory_manager == Some(actor.id);
    may(Action::DelegateLead) || (is_theirs && may(Action::EditLead))
}

/// Whether the person may make an open lead whose it would be then. One that waits for its group (S4-7) is accepted, or given away by
/// who manages it; others pass it to another group at most, where it waits as before. Whether they may edit it at all is for [`can`].
#[must_use]
pub fn may_reassign(actor: &Actor, before: &Audience, state: LifeCycle, after: &Audience) -> bool {
    let may = |action| can(actor, action, Target::Lead(before, state));
    let accepts = after.owner == Some(actor.id) && may(Action::AcceptLead);
    !before.waits_for_its_group() || after.waits_for_its_group() || accepts || may(Action::RouteLead)
}

/// Why somebody [may not](may_reassign) give away a lead that waits for its group.
#[must_use]
pub fn waits_for_its_group_words(group: &str) -> String {
    format!("It waits for somebody of {group} to accept it; accept it, or have who manages the group give it away")
}

/// Whether the person may know of a task: of one of a lead who sees the lead, of any other who has it and who made it. `lead` is the
/// task's, where it has one.
#[must_use]
pub fn may_see_task(actor: &Actor, task: &Task, lead: Option<&Lead>) -> bool {
    match lead {
        Some(lead) => Scope::of(actor).includes(&lead.audience()),
        None => task.lead.is_none() && (task.assignee == actor.id || task.created_by == actor.id),
    }
}

/// Whether the person may change a task, finish it or remove it: who has it, who made it, and who works its lead, closed or not.
#[must_use]
pub fn may_change_task(actor: &Actor, task: &Task, lead: Option<&Lead>) -> bool {
    let is_theirs = task.assignee == actor.id || task.created_by == actor.id;
    let works_it = |lead: &Lead| can(actor, Action::MoveLead, Target::Lead(&lead.audience(), lead.state.life_cycle()));
    may_see_task(actor, task, lead) && (is_theirs || lead.is_some_and(works_it))
}

/// Whether the person may add a task: to an open lead who sees it, and people of the house without a lead.
#[must_use]
pub fn may_add_task(actor: &Actor, lead: Option<&Lead>) -> bool {
    let Some(lead) = lead else { return actor.role.is_internal() };
    let state = lead.state.life_cycle();
    state.is_open() && can(actor, Action::CommentOnLead, Target::Lead(&lead.audience(), state))
}

/// Whether a person can have a task: of a lead only who sees it, without a lead only people of the house.
#[must_use]
pub fn may_be_given_task(assignee: &Actor, lead: Option<&Lead>) -> bool {
    lead.map_or(assignee.role.is_internal(), |lead| Scope::of(assignee).includes(&lead.audience()))
}

/// Whether the person may open a ticket for a lead: who sees it, closed or not, for what is wrong comes up after winning too.
#[must_use]
pub fn may_add_ticket(actor: &Actor, lead: &Lead) -> bool {
    let audience = lead.audience();
    Scope::of(actor).includes(&audience) && can(actor, Action::CommentOnLead, Target::Lead(&audience, lead.state.life_cycle()))
}

/// Whether the person may change a ticket, close it, reopen it and remove it: who has it, who opened it, and who works its lead, closed or
/// not. Who sees the lead knows of all of its tickets.
#[must_use]
pub fn may_change_ticket(actor: &Actor, ticket: &Ticket, lead: &Lead) -> bool {
    let is_theirs = ticket.assignee == actor.id || ticket.opened_by == actor.id;
    lead.deleted_at.is_none() && Scope::of(actor).includes(&lead.audience()) && (is_theirs || works(actor, lead))
}

fn works(actor: &Actor, lead: &Lead) -> bool {
    can(actor, Action::MoveLead, Target::Lead(&lead.audience(), lead.state.life_cycle()))
}

/// Whether the person may know of a request for help with a lead: people of the house who see the lead, others only of theirs.
#[must_use]
pub fn may_see_help(actor: &Actor, request: &HelpRequest, lead: &Lead) -> bool {
    Scope::of(actor).includes(&lead.audience()) && (actor.role.is_internal() || request.concerns(actor.id))
}

/// Whether the person may answer a request for help, close it and reopen it: who asked, who is asked, and who works its lead, closed or not.
#[must_use]
pub fn may_step_help(actor: &Actor, request: &HelpRequest, lead: &Lead) -> bool {
    lead.deleted_at.is_none() && may_see_help(actor, request, lead) && (request.concerns(actor.id) || works(actor, lead))
}

/// Whether the person may remove a document, bring it back and say whether it is for the customer: who added it, and who works its lead,
/// closed or not.
#[must_use]
pub fn may_change_document(actor: &Actor, document: &Document, lead: &Lead) -> bool {
    let sees_it = Scope::of(actor).includes(&lead.audience());
    lead.deleted_at.is_none() && sees_it && (document.added_by == actor.id || works(actor, lead))
}

/// Whether the person may open a saved view: their own, and those shared with a group of theirs. Administrators may open
/// every shared one.
#[must_use]
pub fn may_use_view(actor: &Actor, view: &SavedView) -> bool {
    let is_theirs = |group| actor.groups.contains(&group) || actor.managed_groups.contains(&group);
    view.owner == actor.id || view.group.is_some_and(|group| actor.role == Role::Administrator || is_theirs(group))
}

/// Whether the person may make a shared view their own, because its owner is here no longer.
#[must_use]
pub fn may_take_view_over(actor: &Actor, view: &SavedView, owner_is_gone: bool) -> bool {
    let leads_group = view.group.is_some_and(|group| actor.role == Role::Administrator || actor.managed_groups.contains(&group));
    owner_is_gone && view.owner != actor.id && leads_group
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, ADA, ANA, DORA, INES, MARTIN, MAYA, NORTH, NORTHWIND, NOW, SOUTH};
    use crate::{LeadId, LeadState, SavedViewId};

    fn view(group: Option<GroupId>) -> SavedView {
        SavedView { id: SavedViewId(1), name: "Web".to_owned(), owner: MAYA, group, query: String::new() }
    }

    #[test]
    fn a_rep_delegates_their_own_leads_in_a_territory_that_they_manage() {
        let own = Audience { owner: Some(ANA), group: Some(NORTH), ..Audience::default() };
        let open = LifeCycle::Pending;
        let ana = cast::actor(ANA);
        assert!(may_delegate(&ana, &own, open, Some(ANA)));
        assert!(!may_delegate(&ana, &own, open, Some(MAYA)) && !may_delegate(&ana, &own, open, None));
        assert!(!may_delegate(&ana, &Audience { owner: Some(MAYA), team: vec![ANA], ..own.clone() }, open, Some(ANA)), "another's");
        assert!(!may_delegate(&ana, &own, LifeCycle::Won, Some(ANA)));
        assert!(may_delegate(&cast::actor(MARTIN), &own, open, None) && may_delegate(&cast::actor(ADA), &own, open, None));
    }

    #[test]
    fn a_lead_that_waits_for_its_group_is_accepted_or_given_away_by_who_manages_it() {
        let waits = Audience { group: Some(NORTH), created_by: Some(INES), ..Audience::default() };
        let to = |owner| Audience { owner: Some(owner), ..waits.clone() };
        let may = |who, after: &Audience| may_reassign(&cast::actor(who), &waits, LifeCycle::Pending, after);
        for (who, gives) in [(MAYA, false), (INES, false), (MARTIN, true), (ADA, true)] {
            assert_eq!(may(who, &to(ANA)), gives, "{who}: to somebody else");
            assert!(may(who, &to(who)), "{who}: to themselves, which is accepting it");
            assert_eq!(may(who, &Audience { group: None, ..waits.clone() }), gives, "{who}: out of the group");
            assert!(may(who, &Audience { group: Some(SOUTH), ..waits.clone() }), "{who}: to another group");
        }
        // Once it is accepted, or in no group, editing is enough.
        let owned = to(MAYA);
        assert!(may_reassign(&cast::actor(MAYA), &owned, LifeCycle::Pending, &to(ANA)));
        let unclaimed = Audience::default();
        assert!(may_reassign(&cast::actor(MAYA), &unclaimed, LifeCycle::Pending, &to(ANA)));
        // People of a distributor own nothing.
        let delegated = Audience { distributor: Some(NORTHWIND), ..waits.clone() };
        assert!(!may_reassign(&cast::actor(DORA), &delegated, LifeCycle::Pending, &to(DORA)));
    }

    #[test]
    fn a_task_of_a_lead_is_seen_with_it_and_changed_by_who_has_it_or_works_the_lead() {
        let lead = Lead { owner: Some(MAYA), group: Some(NORTH), distributor: Some(NORTHWIND), ..cast::lead() };
        let task = Task { assignee: ANA, ..Task::blank(ANA, Some(LeadId(1)), NOW) };
        for (user, sees) in [(MAYA, true), (MARTIN, true), (ADA, true), (DORA, true), (ANA, false)] {
            let actor = cast::actor(user);
            assert_eq!(may_see_task(&actor, &task, Some(&lead)), sees, "{user}");
            assert_eq!(may_be_given_task(&actor, Some(&lead)), sees, "{user}");
            assert_eq!(may_change_task(&actor, &task, Some(&lead)), sees, "{user}: all who see this one work it");
            assert_eq!(may_add_task(&actor, Some(&lead)), sees, "{user}");
        }
        let of_team = Lead { owner: Some(MARTIN), group: None, team: Vec::new(), ..lead.clone() };
        assert!(!may_see_task(&cast::actor(MAYA), &task, Some(&of_team)));
        let closed = Lead { state: LeadState::Won { at: NOW }, ..lead.clone() };
        assert!(!may_add_task(&cast::actor(MAYA), Some(&closed)) && may_change_task(&cast::actor(MAYA), &task, Some(&closed)));
        let deleted = Lead { deleted_at: Some(NOW), ..lead };
        assert!(!may_add_task(&cast::actor(MAYA), Some(&deleted)) && !may_change_task(&cast::actor(MAYA), &task, Some(&deleted)));
    }

    #[test]
    fn a_task_without_a_lead_is_who_has_it_and_who_made_its_own() {
        let task = Task { assignee: ANA, ..Task::blank(MAYA, None, NOW) };
        for (user, sees) in [(MAYA, true), (ANA, true), (MARTIN, false), (ADA, false), (DORA, false)] {
            let actor = cast::actor(user);
            assert_eq!((may_see_task(&actor, &task, None), may_change_task(&actor, &task, None)), (sees, sees), "{user}");
            assert_eq!((may_add_task(&actor, None), may_be_given_task(&actor, None)), (user != DORA, user != DORA), "{user}");
        }
        let of_lead = Task { lead: Some(LeadId(1)), ..task };
        assert!(!may_see_task(&cast::actor(MAYA), &of_lead, None), "its lead is out of sight");
    }

    #[test]
    fn a_ticket_is_opened_by_who_sees_the_lead_and_changed_by_who_has_it_or_works_the_lead() {
        let lead = Lead { owner: Some(MAYA), group: Some(NORTH), distributor: Some(NORTHWIND), ..cast::lead() };
        let ticket = Ticket { assignee: ANA, ..Ticket::blank(ANA, LeadId(1), NOW) };
        for (user, sees) in [(MAYA, true), (MARTIN, true), (ADA, true), (DORA, true), (ANA, false)] {
            let actor = cast::actor(user);
            assert_eq!((may_add_ticket(&actor, &lead), may_change_ticket(&actor, &ticket, &lead)), (sees, sees), "{user}");
        }
        let won = Lead { state: LeadState::Won { at: NOW }, ..lead.clone() };
        assert!(may_add_ticket(&cast::actor(MAYA), &won) && may_change_ticket(&cast::actor(MAYA), &ticket, &won));
        let deleted = Lead { deleted_at: Some(NOW), ..lead };
        assert!(!may_add_ticket(&cast::actor(MAYA), &deleted) && !may_change_ticket(&cast::actor(MAYA), &ticket, &deleted));
    }

    #[test]
    fn a_request_for_help_is_stepped_by_whom_it_concerns_and_who_works_the_lead() {
        let lead = Lead { owner: Some(MAYA), group: Some(NORTH), distributor: Some(NORTHWIND), team: vec![ANA], ..cast::lead() };
        let mut errors = crate::FieldErrors::default();
        let form = crate::FormValues::decode(b"from=vendor&title=A+price&address=help@vendor.example");
        let request = HelpRequest::read(&form, LeadId(1), MAYA, &cast::catalog(), NOW, &mut errors).unwrap();
        for (user, sees) in [(MAYA, true), (MARTIN, true), (ANA, true), (ADA, true), (DORA, false)] {
            let actor = cast::actor(user);
            assert_eq!((may_see_help(&actor, &request, &lead), may_step_help(&actor, &request, &lead)), (sees, sees), "{user}");
        }
        let of_dora = HelpRequest { who: crate::lead_parts::HelpWho::Person(DORA), ..request.clone() };
        assert!(may_step_help(&cast::actor(DORA), &of_dora, &lead));
        let hidden = Lead { distributor: None, ..lead.clone() };
        assert!(!may_see_help(&cast::actor(DORA), &of_dora, &hidden), "the lead is out of sight");
        let deleted = Lead { deleted_at: Some(NOW), ..lead };
        assert!(!may_step_help(&cast::actor(MAYA), &request, &deleted));
    }

    #[test]
    fn a_private_view_is_its_owners_alone() {
        assert!(may_use_view(&cast::actor(MAYA), &view(None)));
        for other in [ANA, MARTIN, ADA] {
            assert!(!may_use_view(&cast::actor(other), &view(None)));
            assert!(!may_take_view_over(&cast::actor(other), &view(None), true));
        }
    }

    #[test]
    fn a_shared_view_is_its_groups_and_is_taken_over_only_from_who_is_gone() {
        let shared = view(Some(NORTH));
        assert!(may_use_view(&cast::actor(MARTIN), &shared) && may_use_view(&cast::actor(ADA), &shared));
        assert!(!may_use_view(&cast::actor(ANA), &shared));
        assert!(may_take_view_over(&cast::actor(MARTIN), &shared, true) && may_take_view_over(&cast::actor(ADA), &shared, true));
        assert!(!may_take_view_over(&cast::actor(MARTIN), &shared, false));
        assert!(!may_take_view_over(&cast::actor(ANA), &shared, true));
    }
}
