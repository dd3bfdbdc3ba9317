//! The private address of a supplier. It is secret, as it stands for the supplier: what is kept is a digest.

use domain::supplier::SupplierLink;
use domain::{AccountId, Action, AuditArea, Catalog, ChoiceId, ChoiceList, EventKind, FieldErrors, FormValues};
use store::Tx;

use crate::audit;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::people::{new_token, token_hash};

/// The private address of an account; `None` without one.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for managers and administrators; [`ServiceError::NotFound`].
pub async fn find_link(ctx: &Ctx, account: AccountId) -> Result<Option<SupplierLink>> {
    ctx.require(Action::ShareWithSuppliers)?;
    let mut tx = ctx.store.read().await?;
    tx.accounts().find(account).await?.ok_or(ServiceError::NotFound)?;
    Ok(tx.suppliers().link_of(account).await?)
}

/// Makes a private address for an account and gives it, this once. The one before opens nothing any more. Field: `partner`, as whom leads name it.
///
/// # Errors
/// [`ServiceError::Invalid`] at the field; [`ServiceError::Forbidden`] but for managers and administrators; [`ServiceError::NotFound`].
pub async fn make_link(ctx: &Ctx, account: AccountId, form: &FormValues) -> Result<String> {
    let actor = ctx.require(Action::ShareWithSuppliers)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let account = tx.accounts().find(account).await?.ok_or(ServiceError::NotFound)?;
    let partner = choose_partner(form.get("partner"), &catalog).map_err(|sentence| FieldErrors::at("partner", sentence))?;
    let token = new_token();
    let link = SupplierLink { partner, made_by: actor.id, made_at: ctx.now() };
    tx.suppliers().set_link(account.id, link, &token_hash(&token)).await?;
    note(ctx, &mut tx, EventKind::RecordAdded { name: address_of(&account.name) }).await?;
    tx.save().await?;
    Ok(format!("{}/suppliers/{token}", ctx.mail.public_url))
}

/// Takes the private address of an account away.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for managers and administrators; [`ServiceError::NotFound`] without one.
pub async fn revoke_link(ctx: &Ctx, account: AccountId) -> Result<()> {
    ctx.require(Action::ShareWithSuppliers)?;
    let mut tx = ctx.store.begin().await?;
    let account = tx.accounts().find(account).await?.ok_or(ServiceError::NotFound)?;
    if !tx.suppliers().remove_link(account.id).await? {
        return Err(ServiceError::NotFound);
    }
    note(ctx, &mut tx, EventKind::RecordRemoved { name: address_of(&account.name) }).await?;
    Ok(tx.save().await?)
}

fn address_of(name: &str) -> String {
    format!("the supplier’s address of {name}")
}

async fn note(ctx: &Ctx, tx: &mut Tx, kind: EventKind) -> Result<()> {
    let actor = ctx.actor()?.id;
    audit::write(ctx, tx, AuditArea::Tokens, audit::Who { actor: Some(actor), address: &ctx.address }, &kind).await
}

fn choose_partner(text: &str, catalog: &Catalog) -> std::result::Result<ChoiceId, &'static str> {
    let wanted: Option<ChoiceId> = text.parse().ok();
    let chosen = catalog.choices.iter().find(|choice| choice.list == ChoiceList::Partner && Some(choice.id) == wanted);
    chosen.map(|choice| choice.id).ok_or("Choose a partner from the list")
}
