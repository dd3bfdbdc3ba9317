//! What a person can do with deal registrations: of the deals of a lead, with vendors. The rules are `domain::deal_registration`'s;
//! docs/deal-registration.md has them in words.

mod change;
mod ending;

pub use change::{add_once, step};
pub use ending::work;

use domain::deal_registration::RegistrationsView;
use domain::lead_filter::sought;
use domain::supplier::SupplierView;
use domain::{AccountId, Action, LeadId, Named, Role, Scope, Target};

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::suppliers;

/// Registrations that the page of a lead shows, and that it can have.
const OF_LEAD_MAX: i64 = 100;
/// Vendors in the list that offers them; where there are more, they are found by their name.
const VENDORS_MAX: i64 = 200;
/// Vendors that are offered while one types.
const SUGGESTIONS: i64 = 10;

/// What the page of a lead shows of its registrations and its supplier.
///
/// # Errors
/// [`ServiceError::NotFound`], also for a lead out of sight.
pub async fn view(ctx: &Ctx, id: LeadId) -> Result<(RegistrationsView, SupplierView)> {
    let actor = ctx.actor()?;
    let (catalog, book) = (ctx.catalog().await?, ctx.clock_book().await?);
    let mut tx = ctx.store.read().await?;
    let lead = tx.leads().find_visible(id, &Scope::of(actor)).await?.ok_or(ServiceError::NotFound)?;
    let may = |action| domain::can(actor, action, Target::Lead(&lead.audience(), lead.state.life_cycle()));
    let may_change = may(Action::MoveLead);
    // People from outside read no names of other firms.
    let may_add = may(Action::EditLead) && actor.role.is_internal();
    let mut vendors = if may_add { tx.deal_registrations().vendors(VENDORS_MAX + 1).await? } else { Vec::new() };
    let has_more_vendors = vendors.len() as i64 > VENDORS_MAX;
    vendors.truncate(VENDORS_MAX as usize);
    let registrations = RegistrationsView {
        registrations: tx.deal_registrations().of_lead(id, OF_LEAD_MAX).await?,
        vendors,
        has_more_vendors,
        may_add,
        may_change,
        may_settle: may_change && may_settle(actor.role),
        today: catalog.site.zone.at(ctx.now()).today(),
    };
    let supplier = suppliers::of_lead(ctx, &mut tx, &lead, &book, &catalog).await?;
    Ok((registrations, supplier))
}

/// Vendors whose name begins with what is being typed.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn suggest_vendors(ctx: &Ctx, text: &str) -> Result<Vec<Named<AccountId>>> {
    ctx.require(Action::ReadAccounts)?;
    Ok(ctx.store.ask().await?.deal_registrations().suggest_vendors(&sought(text), SUGGESTIONS).await?)
}

/// Whether people of a role settle which of two registrations stands.
fn may_settle(role: Role) -> bool {
    matches!(role, Role::Manager | Role::Administrator)
}
