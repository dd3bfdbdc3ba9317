//! What every wish comes with: who acts, the store, the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::{Action, Actor, Availability, Catalog, ClockBook, ScoreBook, Target, Timestamp};
use store::Store;

use crate::error::{Result, ServiceError};

/// The time, injected so that tests own it.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Stands still until it is set.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Clock::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    /// Moves a fixed clock on; the system's clock goes its own way.
    pub fn advance_ms(&self, ms: i64) {
        if let Clock::Fixed(at) = self {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// The moment it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                Timestamp(since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
            }
            Clock::Fixed(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }
}

/// What mails have to know of the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailSite {
    /// The address that people type, without a slash at its end.
    pub public_url: String,
    /// The address that mails come from.
    pub sender: String,
    /// Whether a mail server is set; without one, mail waits in the outbox.
    pub has_server: bool,
}

/// One wish's surroundings.
#[derive(Clone, Debug)]
pub struct Ctx {
    pub store: Store,
    pub clock: Clock,
    /// `None` for the public.
    pub actor: Option<Actor>,
    /// The catalog's version as it was read with the actor, for as long as one request lasts; `None` asks anew each time.
    pub catalog_version: Option<i64>,
    /// What the person says of themselves, as it was read with them; `None` where nobody shows it.
    pub availability: Option<Availability>,
    pub mail: Arc<MailSite>,
    /// Where the request came from, for the audit; empty for the command line and the program itself.
    pub address: String,
}

impl Ctx {
    /// A context for nobody in particular: the public, or the program itself.
    #[must_use]
    pub fn anonymous(store: Store, clock: Clock) -> Self {
        Self { store, clock, actor: None, catalog_version: None, availability: None, mail: Arc::default(), address: String::new() }
    }

    /// The same for a person.
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self { actor: Some(actor), ..self.clone() }
    }

    /// What is configured, as of this request.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn catalog(&self) -> Result<Arc<Catalog>> {
        Ok(match self.catalog_version {
            Some(version) => self.store.catalog_at(version).await?,
            None => self.store.catalog().await?,
        })
    }

    /// Policies of clocks and when groups work, as of this request.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn clock_book(&self) -> Result<Arc<ClockBook>> {
        Ok(match self.catalog_version {
            Some(version) => self.store.clock_book_at(version).await?,
            None => self.store.clock_book().await?,
        })
    }

    /// How leads are scored, as of this request.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn score_book(&self) -> Result<Arc<ScoreBook>> {
        Ok(match self.catalog_version {
            Some(version) => self.store.score_book_at(version).await?,
            None => self.store.score_book().await?,
        })
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The person who acts.
    ///
    /// # Errors
    /// [`ServiceError::SignInRequired`] for the public.
    pub fn actor(&self) -> Result<&Actor> {
        self.actor.as_ref().ok_or(ServiceError::SignInRequired)
    }

    /// The person, if they may do this on the site as a whole.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] saying who can.
    pub fn require(&self, action: Action) -> Result<&Actor> {
        let actor = self.actor()?;
        if domain::can(actor, action, Target::Site) {
            return Ok(actor);
        }
        Err(ServiceError::Forbidden(
            match action {
                Action::ManagePeople | Action::ManageMail | Action::Configure => "Only an administrator can do this",
                Action::MarkCallCentre | Action::ManageProducts | Action::ManageInvoices => "Only a manager or an administrator can do this",
                Action::ImportLeads => "Only a manager or an administrator can import",
                _ => "Only people of the house can do this",
            }
            .to_owned(),
        ))
    }
}
