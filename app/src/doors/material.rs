//! Forms of the library of material, but for the one that takes a file, which is the server's.

use domain::{FormValues, MaterialId};
use service::{Ctx, ServiceError, material};

use super::{Fine, fine, number_in};
use crate::routes::MATERIAL;

pub async fn route(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let [number, what @ ..] = parts else { return Err(ServiceError::NotFound) };
    let id = MaterialId(number_in(number)?);
    match what {
        [] => {
            material::change(ctx, id, values).await?;
            fine(MATERIAL, "Saved")
        }
        ["remove"] => {
            material::remove(ctx, id, values).await?;
            fine(MATERIAL, "Removed from the library")
        }
        ["restore"] => {
            material::restore(ctx, id, values).await?;
            fine(MATERIAL, "It is in the library again")
        }
        _ => Err(ServiceError::NotFound),
    }
}
