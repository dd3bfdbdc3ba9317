//! People who sign in, the groups they form, and what the rest of the program needs to know of the one who acts.

use serde::{Deserialize, Serialize};

use crate::{AccountId, GroupId, UserId};

/// What a person is here for. Decides what they may do, see [`crate::permission`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works leads: an account manager.
    Rep,
    /// Picks up the phone and takes leads down.
    Intake,
    /// Leads a region: sees the groups they manage.
    Manager,
    /// An outside person who sees only what is delegated to their firm.
    Distributor,
    /// Runs the site.
    Administrator,
}

impl Role {
    /// Every role, in the order forms offer them.
    pub const ALL: [Role; 5] = [Role::Rep, Role::Intake, Role::Manager, Role::Distributor, Role::Administrator];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Role::Rep => "rep",
            Role::Intake => "intake",
            Role::Manager => "manager",
            Role::Distributor => "distributor",
            Role::Administrator => "administrator",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Role::Rep => "Rep",
            Role::Intake => "Intake agent",
            Role::Manager => "Manager",
            Role::Distributor => "Distributor user",
            Role::Administrator => "Administrator",
        }
    }

    /// Reads [`Role::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// Whether the person belongs to the house, and so may see its accounts, contacts and unclaimed leads.
    #[must_use]
    pub fn is_internal(self) -> bool {
        self != Role::Distributor
    }
}

/// The signed-in person, with all that permissions depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// Groups they belong to.
    pub groups: Vec<GroupId>,
    /// Groups they manage.
    pub managed_groups: Vec<GroupId>,
    /// The firm a distributor user belongs to.
    pub account: Option<AccountId>,
}

/// Initials for an avatar: at most two letters, as they are written.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = letters.next();
    let last = letters.next_back();
    first.into_iter().chain(last).collect()
}
