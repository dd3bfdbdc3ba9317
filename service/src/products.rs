//! What a person can do with products: managers and administrators look after them and their price lists, people of the house make
//! [quotes](crate::quotes) of them. The rules are `domain::product`'s.

use domain::product::PRODUCTS_MOST;
use domain::{Action, AuditArea, Catalog, EventKind, FieldErrors, FormValues, Product, ProductId};
use store::Tx;

use crate::audit::{self, Changed};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::only_fields;
use crate::once::{self, Once};

/// The products that a search finds, by name; all of them where it has no words.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn list(ctx: &Ctx, query: &str) -> Result<Vec<Product>> {
    if !ctx.actor()?.role.is_internal() {
        return Err(ServiceError::Forbidden("Only people of the house can do this".to_owned()));
    }
    let mut found = ctx.store.read().await?.products().list().await?;
    found.retain(|product| product.matches(query));
    Ok(found)
}

/// Adds a product, see [`Product::fill`] and [`Product::fill_prices`]. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when there are too many; [`ServiceError::Forbidden`] but for managers and
/// administrators.
pub async fn add(ctx: &Ctx, form: &FormValues, once: Option<&Once>) -> Result<ProductId> {
    let (mut tx, catalog) = begin(ctx).await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(ProductId(made));
    }
    let mut product = filled(&Product::blank(&catalog.site.currency, ctx.now()), form, &catalog)?;
    require_room(&mut tx).await?;
    require_free(&mut tx, &product).await?;
    product.id = ProductId(tx.take_numbers("product", 1).await?);
    tx.products().add(&product).await?;
    once::note(ctx, &mut tx, once, product.id.0).await?;
    finish(ctx, tx, &product, EventKind::RecordAdded { name: words(&product) }).await?;
    Ok(product.id)
}

/// Changes a product, with the `version` that was read. Lines of quotes keep what they took from it.
///
/// # Errors
/// As [`add`]; [`ServiceError::NotFound`]; [`ServiceError::Refused`] when somebody changed it since.
pub async fn change(ctx: &Ctx, id: ProductId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    let old = tx.products().find(id).await?.filter(|product| product.removed_at.is_none()).ok_or(ServiceError::NotFound)?;
    if form.find("version").is_some_and(|version| version.trim().parse() != Ok(old.version)) {
        return Err(ServiceError::Refused("Somebody changed this meanwhile; load the page again to see it".to_owned()));
    }
    let new = filled(&old, form, &catalog)?;
    require_free(&mut tx, &new).await?;
    let changes = new.changes_since(&old, &catalog);
    if changes.is_empty() {
        return Ok(());
    }
    write(ctx, &mut tx, new.clone(), &old).await?;
    finish(ctx, tx, &new, EventKind::RecordChanged { name: words(&old), changes }).await
}

/// Removes a product: it is offered no more. Lines of quotes keep what they took from it, and [`restore`] brings it back.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for managers and administrators; [`ServiceError::NotFound`].
pub async fn remove(ctx: &Ctx, id: ProductId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let old = tx.products().find(id).await?.ok_or(ServiceError::NotFound)?;
    only_fields(form, &[])?;
    if old.removed_at.is_some() {
        return Ok(());
    }
    write(ctx, &mut tx, Product { removed_at: Some(ctx.now()), ..old.clone() }, &old).await?;
    finish(ctx, tx, &old, EventKind::RecordRemoved { name: words(&old) }).await
}

/// Brings a removed product back.
///
/// # Errors
/// As [`remove`]; [`ServiceError::Refused`] when there are too many, or another has its name now.
pub async fn restore(ctx: &Ctx, id: ProductId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let old = tx.products().find(id).await?.ok_or(ServiceError::NotFound)?;
    only_fields(form, &[])?;
    if old.removed_at.is_none() {
        return Ok(());
    }
    require_room(&mut tx).await?;
    if is_taken(&mut tx, &old).await? {
        return Err(ServiceError::Refused("Another product has its name now; give that one another name first".to_owned()));
    }
    write(ctx, &mut tx, Product { removed_at: None, ..old.clone() }, &old).await?;
    finish(ctx, tx, &old, EventKind::RecordAdded { name: words(&old) }).await
}

async fn begin(ctx: &Ctx) -> Result<(Tx, Catalog)> {
    ctx.require(Action::ManageProducts)?;
    let mut tx = ctx.store.begin().await?;
    tx.catalog().hold().await?;
    let catalog = tx.catalog().load().await?;
    Ok((tx, catalog))
}

async fn finish(ctx: &Ctx, mut tx: Tx, product: &Product, kind: EventKind) -> Result<()> {
    let actor = ctx.actor.as_ref().map(|actor| actor.id);
    let changed = Changed { area: AuditArea::Configuration, actor, subject_id: product.id.0, version: product.version };
    audit::catalog_changed(ctx, &mut tx, changed, kind).await?;
    Ok(tx.save().await?)
}

async fn write(ctx: &Ctx, tx: &mut Tx, new: Product, old: &Product) -> Result<()> {
    let new = Product { version: old.version + 1, updated_at: ctx.now(), ..new };
    if tx.products().change(&new, old.version).await? { Ok(()) } else { Err(ServiceError::Busy) }
}

fn filled(old: &Product, form: &FormValues, catalog: &Catalog) -> Result<Product> {
    let mut product = old.clone();
    let mut errors = FieldErrors::default();
    product.fill(form, &mut errors);
    product.fill_prices(form, catalog, &mut errors);
    if product.currency != old.currency && !product.prices.is_empty() && product.prices == old.prices {
        errors.add("currency", format!("What partners pay is in {}; enter their prices anew with the currency", old.currency));
    }
    errors.into_result()?;
    Ok(product)
}

async fn require_room(tx: &mut Tx) -> Result<()> {
    if tx.products().count().await? >= PRODUCTS_MOST {
        return Err(ServiceError::Refused(format!("There can be {PRODUCTS_MOST} products; remove one first")));
    }
    Ok(())
}

async fn require_free(tx: &mut Tx, product: &Product) -> Result<()> {
    if is_taken(tx, product).await? {
        return Err(FieldErrors::at("name", "There is one of this name; choose another name").into());
    }
    Ok(())
}

async fn is_taken(tx: &mut Tx, product: &Product) -> Result<bool> {
    let wanted = domain::text::fold(&product.name);
    Ok(tx.products().list().await?.iter().any(|other| other.id != product.id && domain::text::fold(&other.name) == wanted))
}

fn words(product: &Product) -> String {
    format!("the product “{}”", product.name)
}
