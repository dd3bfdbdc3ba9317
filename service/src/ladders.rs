//! Who is there to be called now: the ladders that whoever takes a call climbs. An administrator fills them in, see
//! [`crate::configuration`].

use std::collections::HashMap;
use std::sync::Arc;

use domain::ladder::{Call, House, Ladder, LadderKind, Posts, RungShown, climb};
use domain::{Action, Catalog, Copies, Reachability, UserId};
use store::Tx;

use crate::ctx::Ctx;
use crate::error::Result;

/// A ladder as whoever configures it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderNow {
    pub ladder: Ladder,
    /// How it looks now for a caller who is nobody's yet; a rung for each of the ladder.
    pub shown: Vec<RungShown>,
}

/// Every ladder, and who holds the posts.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for administrators.
pub async fn list(ctx: &Ctx) -> Result<(Vec<LadderNow>, Posts)> {
    ctx.require(Action::Configure)?;
    let (known, mut tx) = Known::load(ctx).await?;
    let mut ladders = Vec::new();
    for kind in LadderKind::ALL {
        let ladder = tx.ladders().find(kind).await?;
        ladders.push(LadderNow { shown: known.climb(ctx, &ladder, &Call::default()), ladder });
    }
    Ok((ladders, known.posts))
}

/// Who has a copy of the note of every call.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for administrators.
pub async fn copies(ctx: &Ctx) -> Result<Copies> {
    ctx.require(Action::Configure)?;
    Ok(ctx.store.ask().await?.ladders().copies().await?)
}

/// What climbing has to know of the house.
pub(crate) struct Known {
    pub catalog: Arc<Catalog>,
    reach: HashMap<UserId, Reachability>,
    pub posts: Posts,
}

impl Known {
    /// As of now, with the transaction in which it was read.
    pub async fn load(ctx: &Ctx) -> Result<(Self, Tx)> {
        let catalog = ctx.catalog().await?;
        let mut tx = ctx.store.read().await?;
        let reach = tx.reach().list().await?.into_iter().map(|(user, stored)| (user, stored.reach)).collect();
        let posts = tx.ladders().posts().await?;
        Ok((Self { catalog, reach, posts }, tx))
    }

    /// The house as the ladder's rules see it.
    pub fn house(&self, ctx: &Ctx) -> House<'_> {
        let time = self.catalog.site.zone.at(ctx.now());
        House { catalog: &self.catalog, reach: &self.reach, posts: &self.posts, time }
    }

    /// How a ladder looks now.
    pub fn climb(&self, ctx: &Ctx, ladder: &Ladder, call: &Call) -> Vec<RungShown> {
        climb(ladder, self.house(ctx), call)
    }
}
