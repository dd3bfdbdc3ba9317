//! Lists kept under a name.

use domain::text::fold;
use domain::{GroupId, SavedView, SavedViewId, Timestamp, UserId};

use crate::error::Result;
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about saved views.
#[derive(Debug)]
pub struct StoredViews<'t>(&'t mut Tx);

impl Tx {
    /// Saved views.
    pub fn saved_views(&mut self) -> StoredViews<'_> {
        StoredViews(self)
    }
}

/// Whose shared views a person may use.
#[derive(Clone, Copy, Debug)]
pub enum Sharing<'a> {
    Everyone,
    Groups(&'a [GroupId]),
}

const COLUMNS: &str = "id, name, owner_id, group_id, query";

impl StoredViews<'_> {
    /// The views a person may use, by name: their own and those that are shared with them.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_usable(&mut self, user: UserId, sharing: Sharing<'_>, limit: i64) -> Result<Vec<SavedView>> {
        let mut sql = Sql::new(format!("select {COLUMNS} from saved_view where deleted_at is null and (owner_id = "));
        sql.push_bind(user).push(" or ");
        match sharing {
            Sharing::Everyone => sql.push("group_id is not null"),
            Sharing::Groups(groups) => sql.push("group_id in ").push_list(groups.iter().copied()),
        };
        sql.push(") order by name_folded, id limit ").push_bind(limit);
        self.0.rows(sql).await?.iter().map(to_view).collect()
    }

    /// A view, whoever may use it; a removed one is absent.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find(&mut self, id: SavedViewId) -> Result<Option<SavedView>> {
        self.find_where(id, "deleted_at is null").await
    }

    /// A view that was removed.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_removed(&mut self, id: SavedViewId) -> Result<Option<SavedView>> {
        self.find_where(id, "deleted_at is not null").await
    }

    async fn find_where(&mut self, id: SavedViewId, condition: &str) -> Result<Option<SavedView>> {
        let row = self.0.row(Sql::new(format!("select {COLUMNS} from saved_view where id = $1 and {condition}")).bind(id)).await?;
        row.as_ref().map(to_view).transpose()
    }

    /// How many views a person keeps.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_of(&mut self, owner: UserId) -> Result<i64> {
        let row = self.0.row(Sql::new("select count(*) as kept from saved_view where owner_id = $1 and deleted_at is null").bind(owner)).await?;
        row.map_or(Ok(0), |row| row.int("kept"))
    }

    /// Adds a view; its number is given out here.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when its owner has one of this name.
    pub async fn add(&mut self, view: &SavedView, at: Timestamp) -> Result<SavedViewId> {
        let id = SavedViewId(self.0.take_numbers("saved_view", 1).await?);
        let mut sql = Sql::new("insert into saved_view (id, name, name_folded, owner_id, group_id, query, created_at, updated_at) values ");
        sql.push_rows([vec![
            id.into(),
            (&view.name).into(),
            fold(&view.name).into(),
            view.owner.into(),
            view.group.into(),
            (&view.query).into(),
            at.into(),
            at.into(),
        ]]);
        self.0.run(sql).await.map_err(|error| error.or_conflict("A view of this name"))?;
        Ok(id)
    }

    /// Writes what was changed about a view.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when its owner has another of this name.
    pub async fn change(&mut self, view: &SavedView, at: Timestamp) -> Result<()> {
        let sql =
            Sql::new("update saved_view set name = $1, name_folded = $2, owner_id = $3, group_id = $4, query = $5, updated_at = $6 where id = $7");
        let sql = sql.bind(&view.name).bind(fold(&view.name)).bind(view.owner).bind(view.group).bind(&view.query).bind(at).bind(view.id);
        self.0.run(sql).await.map_err(|error| error.or_conflict("A view of this name")).map(|_| ())
    }

    /// Removes a view, or brings it back with `None`.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when its owner has another of this name by now.
    pub async fn set_removed(&mut self, id: SavedViewId, at: Option<Timestamp>) -> Result<()> {
        let sql = Sql::new("update saved_view set deleted_at = $1 where id = $2").bind(at).bind(id);
        self.0.run(sql).await.map_err(|error| error.or_conflict("A view of this name")).map(|_| ())
    }

    /// The view that opens first for a person, as long as it is there.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn default_of(&mut self, user: UserId) -> Result<Option<SavedViewId>> {
        let row = self.0.row(Sql::new("select view_id from saved_view_default where user_id = $1").bind(user)).await?;
        row.map(|row| row.int("view_id").map(SavedViewId)).transpose()
    }

    /// Makes a view open first for a person; `None` leaves it to the site.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn set_default(&mut self, user: UserId, view: Option<SavedViewId>) -> Result<()> {
        let sql = match view {
            Some(view) => Sql::new(
                "insert into saved_view_default (user_id, view_id) values ($1, $2) on conflict (user_id) do update set view_id = excluded.view_id",
            )
            .bind(user)
            .bind(view),
            None => Sql::new("delete from saved_view_default where user_id = $1").bind(user),
        };
        self.0.run(sql).await.map(|_| ())
    }
}

fn to_view(row: &Row) -> Result<SavedView> {
    Ok(SavedView {
        id: SavedViewId(row.int("id")?),
        name: row.text("name")?,
        owner: UserId(row.int("owner_id")?),
        group: row.opt_int("group_id")?.map(GroupId),
        query: row.text("query")?,
    })
}
