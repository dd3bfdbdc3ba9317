//! Rows that came in before: how they are recognised, and what becomes of them. A row is the one that came in with its
//! identifier; without any, it belongs to the lead that came in with its e-mail address and company. A row that repeats
//! another one of the same file is skipped, whatever is chosen.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use domain::import_file::Repeats;
use domain::text::fold;
use domain::{ImportId, LeadId};

use super::Job;
use super::draft::Draft;
use super::mapping::Home;
use super::report::{Verdict, there_already};
use crate::error::Result;

/// What a row becomes.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    /// Its place in the batch.
    pub index: usize,
    /// Of a row that changes a lead, what it says before it was tried.
    pub verdict: Verdict,
    /// The lead that it changes.
    pub changes: Option<LeadId>,
}

/// The rows of the batches before, where their leads do not tell.
#[derive(Debug, Default)]
pub(super) struct Earlier(HashSet<u64>);

impl Earlier {
    /// For each of these rows whether an earlier batch had one that says the same; remembers them.
    pub(super) fn repeated(&mut self, drafts: &[Draft]) -> Vec<bool> {
        let mut hashes = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let mut hash = DefaultHasher::new();
            draft.key.hash(&mut hash);
            hashes.push(hash.finish());
        }
        let repeated = hashes.iter().map(|hash| self.0.contains(hash)).collect();
        self.0.extend(hashes);
        repeated
    }
}

/// The lead that came in with a row before.
enum Before {
    Nothing,
    /// This very run brought it, from an earlier row.
    ThisRun,
    /// The row says what it said then.
    Same(LeadId),
    Lead(LeadId),
    Several(Vec<LeadId>),
}

/// What each draft becomes. `repeated` tells those that repeat a row of an earlier batch.
pub(super) async fn judge(job: &Job<'_>, drafts: &[Draft], repeated: &[bool]) -> Result<Vec<Judged>> {
    let repeats = job.opened.mapping.repeats;
    let known = Known::load(job, drafts, repeats.is_some()).await?;
    let mut first: HashMap<&str, u64> = HashMap::new();
    let mut changed: HashMap<LeadId, u64> = HashMap::new();
    let mut judged = Vec::with_capacity(drafts.len());
    for (index, (draft, is_repeated)) in drafts.iter().zip(repeated).enumerate() {
        let earlier = *first.entry(&draft.key).or_insert(draft.row);
        let before = known.before(draft, job.run, repeats.is_some());
        let mut changes = None;
        let verdict = match (repeats, before) {
            (None, Before::Same(lead) | Before::Lead(lead)) => there_already(lead),
            _ if earlier != draft.row => Verdict::Skipped(format!("the same as row {earlier}")),
            (_, Before::ThisRun) => Verdict::Skipped("the same as an earlier row".to_owned()),
            _ if *is_repeated => Verdict::Skipped("the same as an earlier row".to_owned()),
            (_, Before::Nothing) | (None | Some(Repeats::Create), _) => Verdict::Created,
            (Some(Repeats::Skip), Before::Same(lead) | Before::Lead(lead)) => there_already(lead),
            (Some(Repeats::Skip), Before::Several(leads)) => Verdict::Skipped(format!("already there as {}", numbers(&leads))),
            (Some(Repeats::Update), Before::Same(lead)) => Verdict::Skipped(format!("the same as when it came in as # {lead}")),
            (Some(Repeats::Update), Before::Several(leads)) => Verdict::Refused(format!(
                "{} came in with this e-mail address and company; give the row an identifier, or change the lead on its page",
                numbers(&leads)
            )),
            (Some(Repeats::Update), Before::Lead(lead)) => match changed.insert(lead, draft.row) {
                Some(row) => {
                    changed.insert(lead, row);
                    Verdict::Skipped(format!("row {row} is about # {lead} too"))
                }
                None => {
                    changes = Some(lead);
                    Verdict::Updated(String::new())
                }
            },
        };
        judged.push(Judged { index, verdict, changes });
    }
    Ok(judged)
}

/// The key of a row that is added although it came in before: the earlier lead keeps the row's own.
pub(super) fn added_again(key: &str, run: ImportId) -> String {
    format!("{key}~{run}")
}

/// What is there of the rows of a batch.
struct Known {
    by_key: HashMap<String, (LeadId, Option<ImportId>)>,
    /// By e-mail address and company, both folded.
    by_person: HashMap<(String, String), Vec<LeadId>>,
}

impl Known {
    async fn load(job: &Job<'_>, drafts: &[Draft], wants_people: bool) -> Result<Self> {
        let again: Vec<String> = match job.run.filter(|_| job.opened.mapping.repeats == Some(Repeats::Create)) {
            Some(run) => drafts.iter().map(|draft| added_again(&draft.key, run)).collect(),
            None => Vec::new(),
        };
        let keys: Vec<&str> = drafts.iter().map(|draft| draft.key.as_str()).chain(again.iter().map(String::as_str)).collect();
        let mut tx = job.ctx.store.read().await?;
        let by_key = tx.imports().known_keys(&keys).await?;
        let mut by_person: HashMap<(String, String), Vec<LeadId>> = HashMap::new();
        if wants_people {
            let emails: HashSet<String> =
                drafts.iter().filter(|draft| !draft.has_identifier).flat_map(|draft| &draft.emails).map(|email| email.folded()).collect();
            let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
            let company = job.opened.columns.position(Home::Company).map(|column| job.opened.headings[column].as_str());
            for known in tx.imports().leads_of_emails(job.run, &emails).await? {
                // Where it went to an account of another name, it keeps the one that it came in with.
                let named = company.and_then(|heading| known.extra.get(heading)).map_or(known.account_folded, |name| fold(name));
                by_person.entry((known.email, named)).or_default().push(known.lead);
            }
        }
        Ok(Self { by_key, by_person })
    }

    fn before(&self, draft: &Draft, run: Option<ImportId>, is_chosen: bool) -> Before {
        let own = |import: Option<ImportId>| is_chosen && run.is_some() && import == run;
        if let Some(run) = run.filter(|_| is_chosen)
            && self.by_key.contains_key(&added_again(&draft.key, run))
        {
            return Before::ThisRun;
        }
        match self.by_key.get(&draft.key) {
            Some((_, import)) if own(*import) => return Before::ThisRun,
            Some((lead, _)) if draft.has_identifier => return Before::Lead(*lead),
            Some((lead, _)) => return Before::Same(*lead),
            None => {}
        }
        // Whoever has no company has an account of their own name.
        let company = fold(if draft.company.is_empty() { &draft.full_name } else { &draft.company });
        let found = draft.emails.iter().filter_map(|email| self.by_person.get(&(email.folded(), company.clone())));
        let mut leads: Vec<LeadId> = found.flatten().copied().collect();
        leads.sort_unstable();
        leads.dedup();
        match leads.as_slice() {
            [] => Before::Nothing,
            [lead] => Before::Lead(*lead),
            _ => Before::Several(leads),
        }
    }
}

fn numbers(leads: &[LeadId]) -> String {
    leads.iter().map(|lead| format!("# {lead}")).collect::<Vec<_>>().join(", ")
}
