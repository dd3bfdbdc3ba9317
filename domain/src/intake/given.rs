//! Whose a lead becomes that came by phone, where the call itself says so. For all others the rules of routing decide.

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

/// Who may get the lead by the call itself; each is `None` where there is nobody, or nobody who may be given anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Who took the call.
    pub answered: Option<InCharge>,
    /// Who gets it from the ladder's last rung, though nobody answered.
    pub without_answer: Option<InCharge>,
    /// The primary rep of whoever referred a caller who has none.
    pub referrer_rep: Option<InCharge>,
    /// Who took the data of somebody new down, where that is a rep or a manager.
    pub taker: Option<InCharge>,
}

/// Why somebody gets a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    Answered,
    WithoutAnswer,
    ReferrerRep,
    Taker,
}

/// Who gets a lead, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    pub to: InCharge,
    pub because: Because,
}

impl Candidates {
    /// The first of them; `None` where the call says nothing of it, so that the rules of routing decide.
    #[must_use]
    pub fn given(&self) -> Option<Given> {
        let order = [
            (self.answered, Because::Answered),
            (self.without_answer, Because::WithoutAnswer),
            (self.referrer_rep, Because::ReferrerRep),
            (self.taker, Because::Taker),
        ];
        order.into_iter().find_map(|(who, because)| who.map(|to| Given { to, because }))
    }
}

impl Given {
    /// Why, as a sentence.
    #[must_use]
    pub fn sentence(&self, catalog: &Catalog) -> String {
        let InCharge { wanted, receives } = self.to;
        let name = catalog.person_name(wanted);
        let why = match self.because {
            Because::Answered => format!("{name} answered the call"),
            Because::WithoutAnswer => format!("Nobody answered; the last rung of the ladder gives the lead to {name}"),
            Because::ReferrerRep => format!("{name} is the primary rep of who referred them"),
            Because::Taker => format!("{name} took the call"),
        };
        if wanted == receives { why } else { format!("{why}; {} stands in", catalog.person_name(receives)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, ADA, ANA, INES, MAYA};

    #[test]
    fn the_first_in_charge_gets_it() {
        let who = |user| Some(InCharge::in_person(user));
        let mut all = Candidates { answered: who(ANA), without_answer: who(INES), referrer_rep: who(ADA), taker: who(MAYA) };
        let mut given = Vec::new();
        for clear in [
            |all: &mut Candidates| all.answered = None,
            |all: &mut Candidates| all.without_answer = None,
            |all: &mut Candidates| all.referrer_rep = None,
            |all: &mut Candidates| all.taker = None,
        ] {
            given.push(all.given().map(|given| given.sentence(&cast::catalog())).unwrap_or_default());
            clear(&mut all);
        }
        assert_eq!(
            given,
            [
                "Ana Reyes answered the call",
                "Nobody answered; the last rung of the ladder gives the lead to Ines Intake",
                "Ada Admin is the primary rep of who referred them",
                "Maya Lind took the call",
            ]
        );
        assert_eq!(all.given(), None, "the rules decide");
    }

    #[test]
    fn a_deputy_is_said_to_stand_in() {
        let referrer_rep = Some(InCharge { wanted: MAYA, receives: ANA });
        let given = Candidates { referrer_rep, ..Candidates::default() }.given().expect("somebody");
        assert!(given.sentence(&cast::catalog()).ends_with("is the primary rep of who referred them; Ana Reyes stands in"));
    }
}
