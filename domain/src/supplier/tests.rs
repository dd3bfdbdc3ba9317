use super::*;
use crate::{FieldErrors, FormValues, LeadClass, LifeCycle, cast};

const NOW: Timestamp = Timestamp(1_764_000_000_000);

fn read(text: &str) -> Result<LeadProblem, FieldErrors> {
    let mut errors = FieldErrors::default();
    LeadProblem::read(&FormValues::decode(text.as_bytes()), &cast::lead(), UserId(1), NOW, &mut errors).ok_or(errors)
}

#[test]
fn words_read_back() {
    for reason in ProblemReason::ALL {
        assert_eq!(ProblemReason::from_key(reason.key()), Some(reason));
    }
    for step in ProblemStep::ALL {
        assert_eq!(ProblemStep::from_key(step.key()), Some(step));
    }
}

#[test]
fn something_else_has_to_be_said_in_words() {
    let noted = read("reason=wrong_person&words=").expect("a problem");
    assert_eq!((noted.reason, noted.words.as_str(), noted.waits()), (ProblemReason::WrongPerson, "", true));
    let errors = read("reason=other&words=+").expect_err("no words");
    assert_eq!(errors.get("words"), Some("Write what it is, for whoever sent the lead"));
    let errors = read("reason=bad&words=x").expect_err("no reason");
    assert_eq!(errors.get("reason"), Some("Choose from the list"));
    assert_eq!(read("reason=other&words=They+moved").expect("a problem").words, "They moved");
}

#[test]
fn a_problem_is_told_once_and_what_is_taken_back_is_not_told() {
    let noted = read("reason=duplicate").expect("a problem");
    let told = noted.after(ProblemStep::Tell, NOW).expect("told");
    assert_eq!((told.told_at, told.waits()), (Some(NOW), false));
    assert_eq!(told.after(ProblemStep::Tell, NOW.plus_ms(1)), Ok(told.clone()));
    let settled = told.after(ProblemStep::Settle, NOW).expect("settled");
    assert_eq!((settled.told_at, settled.settled_at), (Some(NOW), Some(NOW)));
    let taken_back = noted.after(ProblemStep::Settle, NOW).expect("taken back");
    assert!(!taken_back.waits());
    assert!(taken_back.after(ProblemStep::Tell, NOW).is_err());
}

#[test]
fn what_is_next_follows_from_how_far_a_lead_is() {
    let next = |state, reviewed, contacted, class| Progress::of(state, reviewed, contacted).next_step(class);
    assert_eq!(next(LifeCycle::Pending, false, false, Some(LeadClass::Aql)), Some("We review it"));
    assert_eq!(next(LifeCycle::Pending, true, false, None), Some("We get in touch with them"));
    assert_eq!(next(LifeCycle::InProgress, false, false, Some(LeadClass::Oql)), Some(LeadClass::Oql.next_step()));
    assert_eq!(next(LifeCycle::InProgress, true, true, Some(LeadClass::Rql)), Some("We stay in touch until the project comes"));
    for state in [LifeCycle::Won, LifeCycle::Lost, LifeCycle::Cancelled] {
        assert_eq!(next(state, true, true, None), None);
    }
}

#[test]
fn the_scorecard_has_a_line_for_each_class_with_leads() {
    let outcome = |class, state, leads, problems| Outcome { class, state, leads, problems };
    let aql = Some(LeadClass::Aql);
    let scores = ClassScore::of(&[
        outcome(None, LifeCycle::Pending, 4, 1),
        outcome(aql, LifeCycle::Won, 2, 0),
        outcome(aql, LifeCycle::Lost, 1, 1),
        outcome(aql, LifeCycle::InProgress, 3, 0),
    ]);
    assert_eq!(
        scores,
        [
            ClassScore { class: aql, leads: 6, open: 3, won: 2, lost: 1, problems: 1 },
            ClassScore { class: None, leads: 4, open: 4, won: 0, lost: 0, problems: 1 },
        ]
    );
    assert_eq!((scores[0].win_rate(), scores[1].win_rate()), (Some(67), None));
    assert_eq!((scores[0].label(), scores[1].label()), ("AQL", "No class"));
}
