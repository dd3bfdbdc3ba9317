//! How tickets are listed, on both engines. What the lists hold is tested with the service.

use domain::ticket::TicketsShown;
use domain::{GroupId, LeadId, Reach, Scope, TicketId, UserId};
use store::tickets::{TicketCursor, TicketsOf};
use store::{Engine, both_engines};

both_engines!(every_list_of_tickets_walks_an_index_in_its_order, |store| async move {
    let mut tx = store.read().await.unwrap();
    let is_sqlite = tx.engine() == Engine::Sqlite;
    let (me, group) = (UserId(4), GroupId(1));
    let manager = Scope::Any(vec![Reach::Owner(me), Reach::Group(group), Reach::Unclaimed, Reach::Team(me), Reach::CreatedBy(me)]);
    for scope in [&Scope::All, &manager] {
        for (shown, all, of_person) in [
            (TicketsShown::Open, "USING INDEX ticket_open", "USING INDEX ticket_open_of_person (assignee_id=?"),
            (TicketsShown::Closed, "USING INDEX ticket_closed", "USING INDEX ticket_closed_of_person (assignee_id=?"),
            // Backwards by number, which is how they lie.
            (TicketsShown::All, "k", "USING INDEX ticket_of_person (assignee_id=?"),
        ] {
            for (assignee, walked) in [(None, all), (Some(UserId(3)), of_person)] {
                for after in [None, Some(TicketCursor { value: 5, id: TicketId(6) })] {
                    let of = TicketsOf { scope, lead: None, assignee, shown };
                    let plan = tx.tickets().explain(of, after, 51).await.unwrap();
                    assert!(tx.tickets().list(of, after, 51).await.unwrap().is_empty());
                    if is_sqlite {
                        let first = plan.iter().find(|step| step.starts_with("SCAN k") || step.starts_with("SEARCH k"));
                        assert!(first.is_some_and(|step| step.contains(walked)), "{of:?} {after:?}: {plan:?}");
                        assert!(plan.iter().any(|step| step.starts_with("SEARCH l USING INTEGER PRIMARY KEY")), "{of:?} {after:?}: {plan:?}");
                        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{of:?} {after:?}: {plan:?}");
                    }
                }
            }
        }
        let of_lead = TicketsOf { scope, lead: Some(LeadId(1)), assignee: None, shown: TicketsShown::Closed };
        let plan = tx.tickets().explain(of_lead, None, 51).await.unwrap();
        assert!(!is_sqlite || plan.iter().any(|step| step.starts_with("SEARCH k USING INDEX ticket_lead (lead_id=?)")), "{plan:?}");
    }
});
