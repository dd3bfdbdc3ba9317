//! Whose a lead becomes that came by phone.

use crate::{Catalog, UserId};

/// Somebody who is in charge, and who stands in for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InCharge {
    pub wanted: UserId,
    /// The same, but while they are absent: their deputy.
    pub receives: UserId,
}

impl InCharge {
    /// Somebody for whom nobody stands in.
    #[must_use]
    pub fn in_person(user: UserId) -> Self {
        Self { wanted: user, receives: user }
    }
}

/// Who may get the lead; each is `None` where there is nobody, or nobody who may be given anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Who took the call.
    pub answered: Option<InCharge>,
    /// Who gets it from the ladder's last rung, though nobody answered.
    pub without_answer: Option<InCharge>,
    /// The primary rep of the caller's account (C0-22).
    pub primary_rep: Option<InCharge>,
    /// The primary rep of whoever referred the caller.
    pub referrer_rep: Option<InCharge>,
    /// Who took the caller's data down, where that is a rep or a manager.
    pub taker: Option<InCharge>,
    /// The post (C0-23).
    pub intake_owner: Option<InCharge>,
}

/// Why somebody gets a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    Answered,
    WithoutAnswer,
    PrimaryRep,
    ReferrerRep,
    Taker,
    IntakeOwner,
    /// Nobody gets it: it waits for somebody to accept it.
    NobodyThere,
}

/// Who gets a lead, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    pub to: Option<InCharge>,
    pub because: Because,
}

impl Candidates {
    /// The first of them.
    #[must_use]
    pub fn given(&self) -> Given {
        let order = [
            (self.answered, Because::Answered),
            (self.without_answer, Because::WithoutAnswer),
            (self.primary_rep, Because::PrimaryRep),
            (self.referrer_rep, Because::ReferrerRep),
            (self.taker, Because::Taker),
            (self.intake_owner, Because::IntakeOwner),
        ];
        let found = order.into_iter().find(|(who, _)| who.is_some());
        found.map_or(Given { to: None, because: Because::NobodyThere }, |(to, because)| Given { to, because })
    }
}

impl Given {
    /// Why, as a sentence.
    #[must_use]
    pub fn sentence(&self, catalog: &Catalog) -> String {
        let Some(InCharge { wanted, receives }) = self.to else {
            return "Nobody is in charge yet: the lead waits for somebody to accept it".to_owned();
        };
        let name = catalog.person_name(wanted);
        let why = match self.because {
            Because::Answered => format!("{name} answered the call"),
            Because::WithoutAnswer => format!("Nobody answered; the last rung of the ladder gives the lead to {name}"),
            Because::PrimaryRep => format!("{name} is the primary rep of this account"),
            Because::ReferrerRep => format!("{name} is the primary rep of who referred them"),
            Because::Taker => format!("{name} took the call"),
            Because::IntakeOwner | Because::NobodyThere => format!("{name} is the intake owner, and nobody else is in charge"),
        };
        if wanted == receives { why } else { format!("{why}; {} stands in", catalog.person_name(receives)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, ADA, ANA, INES, MARTIN, MAYA};

    #[test]
    fn the_first_in_charge_gets_it() {
        let who = |user| Some(InCharge::in_person(user));
        let mut all = Candidates {
            answered: who(ANA),
            without_answer: who(INES),
            primary_rep: who(MAYA),
            referrer_rep: who(ADA),
            taker: who(ANA),
            intake_owner: who(MARTIN),
        };
        let mut given = Vec::new();
        for clear in [
            |all: &mut Candidates| all.answered = None,
            |all: &mut Candidates| all.without_answer = None,
            |all: &mut Candidates| all.primary_rep = None,
            |all: &mut Candidates| all.referrer_rep = None,
            |all: &mut Candidates| all.taker = None,
            |all: &mut Candidates| all.intake_owner = None,
        ] {
            given.push(all.given().sentence(&cast::catalog()));
            clear(&mut all);
        }
        assert_eq!(
            given,
            [
                "Ana Reyes answered the call",
                "Nobody answered; the last rung of the ladder gives the lead to Ines Intake",
                "Maya Lind is the primary rep of this account",
                "Ada Admin is the primary rep of who referred them",
                "Ana Reyes took the call",
                "Martin North is the intake owner, and nobody else is in charge",
            ]
        );
        assert_eq!(all.given(), Given { to: None, because: Because::NobodyThere });
    }

    #[test]
    fn a_deputy_is_said_to_stand_in() {
        let primary_rep = Some(InCharge { wanted: MAYA, receives: ANA });
        let given = Candidates { primary_rep, ..Candidates::default() }.given();
        assert!(given.sentence(&cast::catalog()).ends_with("is the primary rep of this account; Ana Reyes stands in"));
    }
}
