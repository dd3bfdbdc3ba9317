//! What the handlers share.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::kept_html::KeptHtml;
use app::shell::SiteFiles;
use service::{Clock, Ctx, MailSite, ServiceError};
use store::{Store, StoreError};

use crate::api::Rates;
use crate::config::Config;
use crate::live::Hub;
use crate::metrics::Requests;

/// What the site is called from outside, and what it shows.
#[derive(Clone, Debug)]
pub struct Site {
    /// Without a slash at its end.
    pub public_url: String,
    pub is_demo: bool,
    pub trusts_proxy: bool,
    /// Calls of the API that a token has in a minute.
    pub api_rate: NonZeroU32,
    /// Where uploaded files wait to be imported.
    pub spool: PathBuf,
    pub mail: Arc<MailSite>,
}

impl Site {
    /// What the settings say.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self {
            public_url: config.public_url.clone(),
            is_demo: config.is_demo,
            trusts_proxy: config.trusts_proxy,
            api_rate: config.api_rate,
            spool: crate::lock::spool_folder(&config.database_url),
            mail: Arc::new(MailSite {
                public_url: config.public_url.clone(),
                sender: config.mail_from.clone(),
                has_server: config.smtp_url.is_some(),
            }),
        }
    }

    /// Whether people reach it through TLS, so that cookies can insist on it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// What the handlers share. Cheap to clone; the live tasks end with the last clone.
#[derive(Clone, Debug)]
pub struct AppState {
    pub store: Store,
    pub clock: Clock,
    pub live: Hub,
    pub site: Arc<Site>,
    pub files: Arc<SiteFiles>,
    pub requests: Arc<Requests>,
    pub rates: Arc<Rates>,
    /// Parts of pages that were made before.
    pub kept: Arc<KeptHtml>,
    /// Once there is a user, there always is one.
    is_set_up: Arc<AtomicBool>,
}

impl AppState {
    /// Starts the live tasks on an opened store.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn start(store: Store, clock: Clock, site: Site) -> Result<Self, StoreError> {
        // Leptos' own; a second call in one process finds it done.
        let _done_before = any_spawner::Executor::init_tokio();
        let live = Hub::start(store.clone(), clock.clone()).await?;
        let files = Arc::new(crate::assets::site_files());
        let rates = Arc::new(Rates::new(site.api_rate));
        let (requests, kept, is_set_up) = (Arc::default(), Arc::default(), Arc::default());
        Ok(Self { store, clock, live, site: Arc::new(site), files, requests, rates, kept, is_set_up })
    }

    /// A context for nobody in particular.
    #[must_use]
    pub fn ctx(&self) -> Ctx {
        Ctx { mail: Arc::clone(&self.site.mail), ..Ctx::anonymous(self.store.clone(), self.clock.clone()) }
    }

    /// Whether nobody has an account yet.
    ///
    /// # Errors
    /// What the service reports.
    pub async fn setup_is_open(&self) -> Result<bool, ServiceError> {
        if self.is_set_up.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let is_open = service::people::setup_is_open(&self.ctx()).await?;
        self.is_set_up.store(!is_open, Ordering::Relaxed);
        Ok(is_open)
    }
}
