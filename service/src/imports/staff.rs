//! Importing a list of who sells where: people without a password, and a group for each office. Their names then fit the
//! owners that other files name; an administrator gives them an address and a password when they are to sign in.

use std::collections::HashMap;

use domain::catalog::Group;
use domain::text::{fold, required_line};
use domain::{AuditArea, EmailAddress, EventKind, GroupId, Role, UserId};
use store::Tx;
use store::people::{GroupChange, NewUser};

use super::Job;
use super::cells::squash;
use super::lists::{catalog_event, record};
use super::report::{ImportReport, Verdict};
use crate::error::{Result, ServiceError};

/// Stands in place of a password's hash: no password fits it.
const NO_PASSWORD: &str = "!";

#[derive(Debug)]
struct Seller {
    row: u64,
    name: String,
    manager: String,
    office: String,
}

pub(super) async fn import(mut job: Job<'_>) -> Result<ImportReport> {
    let column = |names: &[&str]| job.opened.headings.iter().position(|heading| names.contains(&squash(heading).as_str())).unwrap_or(0);
    let seller = column(&["salesagent", "agent", "rep", "salesrep"]);
    let (manager, office) = (column(&["manager"]), column(&["regionaloffice", "region", "office", "team"]));
    job.begin().await?;
    let before = job.tally.counts;
    let mut rows = job.opened.read(job.from, move |row, cells| {
        let at = |column: usize, what| required_line(cells[column], what).map_err(|error| error.to_string());
        Ok(Seller { row: row.number, name: at(seller, "a name")?, manager: at(manager, "a manager")?, office: at(office, "an office")? })
    });
    while let Some(read) = rows.recv().await {
        let read = read.map_err(ServiceError::Refused)?;
        job.refuse(&read)?;
        job.tally.counts.rows = i64::try_from(read.last).unwrap_or(i64::MAX);
        let mut tx = job.ctx.store.begin().await?;
        let mut staff = Staff::load(&mut tx).await?;
        for seller in read.rows {
            let verdict = staff.put(&job, &mut tx, &seller).await?;
            job.tally.count(seller.row, &seller.name, verdict);
        }
        for note in std::mem::take(&mut staff.notes) {
            job.tally.notes.add(note);
        }
        // A dry run ends here, and the transaction with it.
        if let Some(run) = job.run {
            staff.save(&job, &mut tx).await?;
            tx.imports().advance(run, job.tally.counts, None).await?;
            tx.save().await?;
        }
        job.tell(read.bytes, before);
    }
    job.finish().await
}

/// People and groups as they are to be.
struct Staff {
    people: HashMap<String, UserId>,
    groups: HashMap<String, Group>,
    changed: Vec<GroupId>,
    added: Vec<String>,
    notes: Vec<String>,
}

impl Staff {
    async fn load(tx: &mut Tx) -> Result<Self> {
        let users = tx.people().list().await?;
        let groups = tx.people().list_groups().await?;
        Ok(Self {
            people: users.into_iter().map(|user| (fold(&user.name), user.id)).collect(),
            groups: groups.into_iter().map(|group| (fold(&group.name), group)).collect(),
            changed: Vec::new(),
            added: Vec::new(),
            notes: Vec::new(),
        })
    }

    async fn put(&mut self, job: &Job<'_>, tx: &mut Tx, seller: &Seller) -> Result<Verdict> {
        let is_new = !self.people.contains_key(&fold(&seller.name));
        let manager = self.person(job, tx, &seller.manager, Role::Manager).await?;
        let person = self.person(job, tx, &seller.name, Role::Rep).await?;
        let key = fold(&seller.office);
        if !self.groups.contains_key(&key) {
            let id = tx.people().add_group(&seller.office, &seller.office, Some(manager)).await?;
            self.added.push(seller.office.clone());
            self.notes.push(format!("{} manages the new group {}", seller.manager, seller.office));
            let group =
                Group { id, name: seller.office.clone(), region: seller.office.clone(), manager: Some(manager), members: Vec::new(), retired: false };
            self.groups.insert(key.clone(), group);
        }
        let Some(group) = self.groups.get_mut(&key) else { return Err(ServiceError::NotFound) };
        let mut is_changed = false;
        if group.manager.is_none() {
            group.manager = Some(manager);
            is_changed = true;
        }
        if group.manager != Some(manager) && !group.members.contains(&manager) {
            self.notes.push(format!("{} is a manager in {}, which has one already; made a member", seller.manager, seller.office));
        }
        for member in [manager, person] {
            if !group.members.contains(&member) {
                group.members.push(member);
                is_changed = true;
            }
        }
        if is_changed && !self.changed.contains(&group.id) {
            self.changed.push(group.id);
        }
        Ok(match (is_new, is_changed) {
            (true, _) => Verdict::Created,
            (false, true) => Verdict::Updated("Members".to_owned()),
            (false, false) => Verdict::Skipped("already there".to_owned()),
        })
    }

    /// The person of this name; a new one cannot sign in until somebody gives them a password.
    async fn person(&mut self, job: &Job<'_>, tx: &mut Tx, name: &str, role: Role) -> Result<UserId> {
        if let Some(id) = self.people.get(&fold(name)) {
            return Ok(*id);
        }
        let local = fold(name).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(".");
        let address = format!("{local}@import.invalid");
        let email = EmailAddress::parse(&address).map_err(|error| ServiceError::Refused(format!("{name}: {error}")))?;
        if let Some(user) = tx.people().find_by_email(&email.folded()).await? {
            return Ok(user.id);
        }
        let user = NewUser { email, name: name.to_owned(), role, password_hash: NO_PASSWORD.to_owned(), account: None, at: job.ctx.now() };
        let id = tx.people().add(user).await?;
        self.added.push(name.to_owned());
        self.people.insert(fold(name), id);
        Ok(id)
    }

    async fn save(&self, job: &Job<'_>, tx: &mut Tx) -> Result<()> {
        for group in self.groups.values().filter(|group| self.changed.contains(&group.id)) {
            let change = GroupChange { name: group.name.clone(), region: group.region.clone(), manager: group.manager, retired: group.retired };
            tx.people().change_group(group.id, &change, job.ctx.now()).await?;
            tx.people().change_members(group.id, &group.members).await?;
        }
        let mut events: Vec<_> = self.added.iter().map(|name| catalog_event(job.ctx, 0, EventKind::RecordAdded { name: name.clone() })).collect();
        if events.is_empty() && !self.changed.is_empty() {
            events.push(catalog_event(job.ctx, 0, EventKind::RecordChanged { name: "groups".to_owned(), changes: Vec::new() }));
        }
        if !events.is_empty() {
            record(job.ctx, tx, AuditArea::People, &events).await?;
        }
        Ok(())
    }
}
