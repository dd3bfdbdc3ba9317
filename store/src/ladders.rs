//! Ladders, who holds the posts on them, and who has a copy of each call.

use domain::ladder::{Ladder, LadderKind, Post, Posts};
use domain::{Copies, EmailAddress, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about ladders.
#[derive(Debug)]
pub struct Ladders<'t>(&'t mut Tx);

impl Tx {
    /// Ladders.
    pub fn ladders(&mut self) -> Ladders<'_> {
        Ladders(self)
    }
}

const RUNGS: StoreError = StoreError::Inconsistent { table: "ladder", column: "rungs", id: 0 };

impl Ladders<'_> {
    /// The ladder of a kind: the standard one while nobody configured another.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, kind: LadderKind) -> Result<Ladder> {
        let row = self.0.row(Sql::new("select name, rungs from ladder where kind = $1").bind(kind.key())).await?;
        let Some(row) = row else { return Ok(Ladder::standard(kind)) };
        let rungs = serde_json::from_str(&row.text("rungs")?).map_err(|_| RUNGS)?;
        Ok(Ladder { kind, name: row.text("name")?, rungs })
    }

    /// Puts a ladder in the place of the one before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, ladder: &Ladder) -> Result<()> {
        let rungs = serde_json::to_string(&ladder.rungs).map_err(|_| RUNGS)?;
        let sql = Sql::new(
            "insert into ladder (kind, name, rungs) values ($1, $2, $3)
             on conflict (kind) do update set name = excluded.name, rungs = excluded.rungs",
        );
        self.0.run(sql.bind(ladder.kind.key()).bind(&ladder.name).bind(rungs)).await.map(|_| ())
    }

    /// Who holds which post.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn posts(&mut self) -> Result<Posts> {
        let mut posts = Posts::default();
        for row in self.0.rows(Sql::new("select post, user_id from call_post order by post, position, user_id")).await? {
            let (post, user) = to_holder(&row)?;
            match post {
                Post::IntakeOwner => posts.intake_owner = Some(user),
                Post::FirstDeputy => posts.first_deputy = Some(user),
                Post::FurtherDeputy => posts.further_deputies.push(user),
            }
        }
        Ok(posts)
    }

    /// Makes exactly these people the holders of the posts.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_posts(&mut self, posts: &Posts) -> Result<()> {
        self.0.run(Sql::new("delete from call_post")).await?;
        let of = |post: Post| posts.holders(post).iter().zip(1_i64..).map(move |(user, position)| (post, *user, position));
        let rows: Vec<Vec<Value>> =
            Post::ALL.into_iter().flat_map(of).map(|(post, user, position)| vec![post.key().into(), user.into(), position.into()]).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new("insert into call_post (post, user_id, position) values ");
        sql.push_rows(rows);
        self.0.run(sql).await.map(|_| ())
    }

    /// Who has a copy of the note of every call, in the order in which they were named.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn copies(&mut self) -> Result<Copies> {
        let mut copies = Copies::default();
        for row in self.0.rows(Sql::new("select position, user_id, address from call_copy order by position")).await? {
            copies.users.extend(row.opt_int("user_id")?.map(UserId));
            if let Some(address) = row.opt_text("address")? {
                let broken = StoreError::Inconsistent { table: "call_copy", column: "address", id: row.int("position")? };
                copies.addresses.push(EmailAddress::parse(&address).map_err(|_| broken)?);
            }
        }
        Ok(copies)
    }

    /// Makes exactly these have a copy.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_copies(&mut self, copies: &Copies) -> Result<()> {
        self.0.run(Sql::new("delete from call_copy")).await?;
        let people = copies.users.iter().map(|user| (Some(*user), None));
        let addresses = copies.addresses.iter().map(|address| (None, Some(address.as_str().to_owned())));
        let rows: Vec<Vec<Value>> =
            people.chain(addresses).zip(1_i64..).map(|((user, address), position)| vec![position.into(), user.into(), address.into()]).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new("insert into call_copy (position, user_id, address) values ");
        sql.push_rows(rows);
        self.0.run(sql).await.map(|_| ())
    }
}

fn to_holder(row: &Row) -> Result<(Post, UserId)> {
    let user = row.int("user_id")?;
    let broken = StoreError::Inconsistent { table: "call_post", column: "post", id: user };
    Ok((Post::from_key(&row.text("post")?).ok_or(broken)?, UserId(user)))
}
