//! What a person can do with deal registrations: of the deals of a lead, with vendors. The rules are `domain::deal_registration`'s;
//! docs/deal-registration.md has them in words.

mod change;
mod ending;

pub use change::{add_once, step};
pub use ending::work;

use domain::deal_registration::RegistrationsView;
use domain::supplier::SupplierView;
use domain::{Action, LeadId, Role, Scope, Target};

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::suppliers;

/// Registrations that the page of a lead shows, and that it can have.
const OF_LEAD_MAX: i64 = 100;
/// Vendors on offer.
const VENDORS_MAX: i64 = 200;

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
    let registrations = RegistrationsView {
        registrations: tx.deal_registrations().of_lead(id, OF_LEAD_MAX).await?,
        vendors: if may_add { tx.deal_registrations().vendors(VENDORS_MAX).await? } else { Vec::new() },
        may_add,
        may_change,
        may_settle: may_change && may_settle(actor.role),
        today: catalog.site.zone.at(ctx.now()).today(),
    };
    let supplier = suppliers::of_lead(ctx, &mut tx, &lead, &book, &catalog).await?;
    Ok((registrations, supplier))
}

/// Whether people of a role settle which of two registrations stands.
fn may_settle(role: Role) -> bool {
    matches!(role, Role::Manager | Role::Administrator)
}
