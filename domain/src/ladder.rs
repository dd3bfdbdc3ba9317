//! Ladders: whom a call is put through to, and to whom next while nobody answers. An administrator fills them in; who takes
//! the call climbs them.

mod climb;

use serde::{Deserialize, Serialize};

pub use climb::{Call, House, RungShown, Standing, climb, without_answer};

use crate::{Catalog, UserId};

/// What a ladder is climbed for. There is one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LadderKind {
    /// Putting a call through while the caller waits.
    Transfer,
    /// The caller needs immediate help, so somebody gets it in the end.
    Urgent,
}

impl LadderKind {
    /// Every kind.
    pub const ALL: [LadderKind; 2] = [LadderKind::Transfer, LadderKind::Urgent];

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            LadderKind::Transfer => "transfer",
            LadderKind::Urgent => "urgent",
        }
    }

    /// What it is for, for whoever configures it.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            LadderKind::Transfer => "Whom a caller is put through to",
            LadderKind::Urgent => "When the caller needs help at once; the last rung gets the lead without an answer",
        }
    }

    /// Reads [`LadderKind::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// A post in taking calls that people hold, whatever their role is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Post {
    /// Gets what nobody else does.
    IntakeOwner,
    FirstDeputy,
    /// Several may hold it.
    FurtherDeputy,
}

impl Post {
    /// Every post.
    pub const ALL: [Post; 3] = [Post::IntakeOwner, Post::FirstDeputy, Post::FurtherDeputy];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Post::IntakeOwner => "intake_owner",
            Post::FirstDeputy => "first_deputy",
            Post::FurtherDeputy => "further_deputy",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Post::IntakeOwner => "Intake owner",
            Post::FirstDeputy => "First deputy",
            Post::FurtherDeputy => "Further deputies",
        }
    }

    /// Reads [`Post::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|post| post.key() == key)
    }
}

/// Who holds which post, in the order in which they are tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posts {
    pub intake_owner: Option<UserId>,
    pub first_deputy: Option<UserId>,
    pub further_deputies: Vec<UserId>,
}

impl Posts {
    /// Who holds a post.
    #[must_use]
    pub fn holders(&self, post: Post) -> &[UserId] {
        match post {
            Post::IntakeOwner => self.intake_owner.as_slice(),
            Post::FirstDeputy => self.first_deputy.as_slice(),
            Post::FurtherDeputy => &self.further_deputies,
        }
    }
}

/// Who may stand on a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Alternate {
    /// Whose account the caller is.
    AssignedRep,
    /// Who manages the assigned rep's group; without a rep, the group that gets what comes in by itself.
    SalesManager,
    /// Any other rep who can be reached, those of the same group first.
    OtherRep,
    Post(Post),
    Person(UserId),
}

impl Alternate {
    /// Those that are nobody in particular, in the order of forms.
    pub const ROLES: [Alternate; 6] = [
        Alternate::AssignedRep,
        Alternate::SalesManager,
        Alternate::OtherRep,
        Alternate::Post(Post::IntakeOwner),
        Alternate::Post(Post::FirstDeputy),
        Alternate::Post(Post::FurtherDeputy),
    ];

    /// The word stored and used in forms: `assigned_rep`, or `person-17`.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Alternate::AssignedRep => "assigned_rep".to_owned(),
            Alternate::SalesManager => "sales_manager".to_owned(),
            Alternate::OtherRep => "other_rep".to_owned(),
            Alternate::Post(post) => post.key().to_owned(),
            Alternate::Person(user) => format!("person-{user}"),
        }
    }

    /// Reads [`Alternate::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        if let Some(number) = key.strip_prefix("person-") {
            return number.parse().ok().map(Alternate::Person);
        }
        Self::ROLES.into_iter().find(|alternate| alternate.key() == key)
    }

    /// What people call it.
    #[must_use]
    pub fn label(self, catalog: &Catalog) -> String {
        match self {
            Alternate::AssignedRep => "Assigned rep".to_owned(),
            Alternate::SalesManager => "Sales manager".to_owned(),
            Alternate::OtherRep => "Another available rep".to_owned(),
            Alternate::Post(post) => post.label().to_owned(),
            Alternate::Person(user) => catalog.person_name(user),
        }
    }
}

impl TryFrom<String> for Alternate {
    type Error = String;
    fn try_from(key: String) -> Result<Self, String> {
        Self::from_key(&key).ok_or(key)
    }
}

impl From<Alternate> for String {
    fn from(alternate: Alternate) -> Self {
        alternate.key()
    }
}

/// When a rung may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    Always,
    /// Only while nobody on the rungs above can be reached.
    IfUnavailableAbove,
}

impl Condition {
    /// Every condition.
    pub const ALL: [Condition; 2] = [Condition::Always, Condition::IfUnavailableAbove];

    /// The word used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Condition::Always => "always",
            Condition::IfUnavailableAbove => "if_unavailable_above",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Condition::Always => "Always",
            Condition::IfUnavailableAbove => "If nobody above can be reached",
        }
    }

    /// Reads [`Condition::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|condition| condition.key() == key)
    }
}

/// Where somebody is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Extension,
    Mobile,
    /// A message is left; nobody has to be there for it.
    Voicemail,
}

impl Channel {
    /// Every channel, in the order in which they are tried.
    pub const ALL: [Channel; 3] = [Channel::Extension, Channel::Mobile, Channel::Voicemail];

    /// The word used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Channel::Extension => "extension",
            Channel::Mobile => "mobile",
            Channel::Voicemail => "voicemail",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Channel::Extension => "Extension",
            Channel::Mobile => "Mobile",
            Channel::Voicemail => "Voicemail",
        }
    }

    /// Reads [`Channel::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.key() == key)
    }
}

/// Most people who hold the post of a further deputy.
pub const FURTHER_DEPUTIES_MAX: usize = 3;
/// Most rungs of a ladder.
pub const RUNGS_MAX: usize = 12;
/// Most alternates of a rung.
pub const ALTERNATES_MAX: usize = 4;

/// One step of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rung {
    /// Its own within the ladder, and kept when it moves.
    pub id: i64,
    pub condition: Condition,
    /// In the order in which they are tried.
    pub alternates: Vec<Alternate>,
    /// In the order of [`Channel::ALL`].
    pub channels: Vec<Channel>,
    /// Whether one of its people gets the lead though nobody answered.
    #[serde(default)]
    pub assigns: bool,
}

/// The rungs of one kind of call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ladder {
    pub kind: LadderKind,
    pub name: String,
    pub rungs: Vec<Rung>,
}

/// Why a ladder would not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LadderError {
    #[error("Keep a rung: without one nobody could be called")]
    NoRungs,
    #[error("A ladder has at most {} rungs", RUNGS_MAX)]
    TooManyRungs,
    #[error("The last rung of this ladder has to give the lead to somebody without an answer")]
    LastDoesNotAssign,
    #[error("Only the last rung gives the lead to somebody without an answer: nobody would come to those behind it")]
    AssignsTooEarly,
}

impl Ladder {
    /// What a site has until somebody configures it.
    #[must_use]
    pub fn standard(kind: LadderKind) -> Self {
        use Alternate::{AssignedRep, OtherRep, SalesManager};
        let live = vec![Channel::Extension, Channel::Mobile];
        let rung = |id, condition, alternates: &[Alternate], channels: &[Channel]| Rung {
            id,
            condition,
            alternates: alternates.to_vec(),
            channels: channels.to_vec(),
            assigns: false,
        };
        let then = Condition::IfUnavailableAbove;
        let (name, rungs) = match kind {
            LadderKind::Transfer => (
                "Live transfer",
                vec![
                    rung(1, Condition::Always, &[AssignedRep], &live),
                    rung(2, then, &[SalesManager, OtherRep], &live),
                    rung(3, then, &[Alternate::Post(Post::IntakeOwner)], &[Channel::Voicemail]),
                ],
            ),
            LadderKind::Urgent => (
                "Immediate help",
                vec![
                    rung(1, Condition::Always, &[Alternate::Post(Post::IntakeOwner)], &live),
                    rung(2, then, &[Alternate::Post(Post::FirstDeputy)], &live),
                    Rung { assigns: true, ..rung(3, then, &[Alternate::Post(Post::FurtherDeputy)], &live) },
                ],
            ),
        };
        Self { kind, name: name.to_owned(), rungs }
    }

    /// Whether calls can be taken with it.
    ///
    /// # Errors
    /// What is wrong with it as a whole.
    pub fn check(&self) -> Result<(), LadderError> {
        let Some((last, others)) = self.rungs.split_last() else { return Err(LadderError::NoRungs) };
        if self.rungs.len() > RUNGS_MAX {
            return Err(LadderError::TooManyRungs);
        }
        if others.iter().any(|rung| rung.assigns) {
            return Err(LadderError::AssignsTooEarly);
        }
        if self.kind == LadderKind::Urgent && !last.assigns {
            return Err(LadderError::LastDoesNotAssign);
        }
        Ok(())
    }

    /// Adds a rung: at the end, but before a last one that gives the lead away, unless it does so itself.
    pub fn add(&mut self, mut rung: Rung) {
        rung.id = self.rungs.iter().map(|rung| rung.id).max().unwrap_or(0) + 1;
        let ends = self.rungs.last().is_some_and(|last| last.assigns) && !rung.assigns;
        let at = self.rungs.len() - usize::from(ends);
        self.rungs.insert(at, rung);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_ladders_will_do() {
        for kind in LadderKind::ALL {
            assert_eq!(Ladder::standard(kind).check(), Ok(()), "{kind:?}");
        }
    }

    #[test]
    fn a_ladder_that_leads_nowhere_is_refused() {
        let mut urgent = Ladder::standard(LadderKind::Urgent);
        urgent.rungs.swap(1, 2);
        assert_eq!(urgent.check(), Err(LadderError::AssignsTooEarly));
        urgent.rungs.remove(1);
        assert_eq!(urgent.check(), Err(LadderError::LastDoesNotAssign));
        let mut transfer = Ladder::standard(LadderKind::Transfer);
        transfer.rungs[2].assigns = true;
        assert_eq!(transfer.check(), Ok(()), "it may give the lead away too");
        transfer.rungs.clear();
        assert_eq!(transfer.check(), Err(LadderError::NoRungs));
        transfer.rungs = vec![Ladder::standard(LadderKind::Transfer).rungs[0].clone(); RUNGS_MAX + 1];
        assert_eq!(transfer.check(), Err(LadderError::TooManyRungs));
    }

    #[test]
    fn a_new_rung_comes_before_the_one_that_gives_the_lead_away() {
        let new = || Rung { id: 0, ..Ladder::standard(LadderKind::Transfer).rungs[0].clone() };
        let ids = |ladder: &Ladder| ladder.rungs.iter().map(|rung| rung.id).collect::<Vec<_>>();
        let mut urgent = Ladder::standard(LadderKind::Urgent);
        urgent.add(new());
        assert_eq!((ids(&urgent), urgent.check()), (vec![1, 2, 4, 3], Ok(())));
        let mut transfer = Ladder::standard(LadderKind::Transfer);
        transfer.add(new());
        assert_eq!(ids(&transfer), [1, 2, 3, 4]);
    }

    #[test]
    fn words_read_back() {
        for alternate in Alternate::ROLES.into_iter().chain([Alternate::Person(UserId(17))]) {
            assert_eq!(Alternate::from_key(&alternate.key()), Some(alternate));
        }
        assert_eq!(Alternate::from_key("person-x"), None);
        let ladder = Ladder::standard(LadderKind::Urgent);
        let text = serde_json::to_string(&ladder.rungs).expect("JSON");
        assert!(text.contains("\"further_deputy\""), "{text}");
        assert_eq!(serde_json::from_str::<Vec<Rung>>(&text).expect("rungs"), ladder.rungs);
    }
}
