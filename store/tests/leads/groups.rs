//! The list in groups.

use domain::{Grouping, LeadView};
use store::both_engines;
use store::leads::Resolved;

use super::generated::generated;
use super::plain_filter::{expected, filter_of, lookers};
use super::*;

both_engines!(groups_add_up_what_the_list_has, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let leads = generated(120, &catalog);
    add_all(&mut tx, &leads).await;
    for (actor, scope) in lookers() {
        for query in ["", "source=Web", "owner=none&state=pending", "status=Nowhere", "q=jo"] {
            let filter = filter_of(LeadView::All, query, "-number");
            let resolved = Resolved::new(&filter, &catalog, &actor, NOW);
            let shown = expected(&leads, &filter, &actor, &scope, &catalog);
            for grouping in Grouping::ALL {
                let mut wanted: BTreeMap<Option<i64>, (i64, i64)> = BTreeMap::new();
                for lead in leads.iter().filter(|lead| shown.contains(&lead.id.0)) {
                    let id = match grouping {
                        Grouping::Status => Some(lead.status.0),
                        Grouping::Owner => lead.owner.map(|id| id.0),
                        Grouping::Group => lead.group.map(|id| id.0),
                        Grouping::Source => lead.source.map(|id| id.0),
                        Grouping::Category => lead.category.map(|id| id.0),
                        Grouping::Type => Some(lead.lead_type.0),
                    };
                    let sum = wanted.entry(id).or_default();
                    *sum = (sum.0 + 1, sum.1 + lead.target_amount_minor);
                }
                let found = tx.leads().group_sums(&resolved, &scope, grouping, 1000).await.unwrap();
                let sums: BTreeMap<_, _> = found.groups.iter().map(|group| (group.id, (group.count, group.amount_minor))).collect();
                assert_eq!((sums, found.is_whole), (wanted, true), "{grouping:?} of {query} for {}", actor.name);
            }
        }
    }
    let all = Resolved::new(&filter_of(LeadView::All, "", "-number"), &catalog, &cast::actor(ADA), NOW);
    let some = tx.leads().group_sums(&all, &Scope::All, Grouping::Status, 10).await.unwrap();
    assert_eq!((some.groups.iter().map(|group| group.count).sum::<i64>(), some.is_whole), (11, false));
    assert_eq!(tx.leads().only_currency().await.unwrap(), Some("GBP".to_owned()));
    let euros = Lead { id: LeadId(9999), currency: "EUR".to_owned(), ..leads[0].clone() };
    tx.leads().add_many(&[new_lead(&euros)]).await.unwrap();
    assert_eq!(tx.leads().only_currency().await.unwrap(), None);
});
