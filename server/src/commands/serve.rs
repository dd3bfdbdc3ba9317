//! `leadwright serve`: opens the database, listens, and ends in good order.

use std::net::SocketAddr;
use std::time::Duration;

use service::{Clock, Ctx};
use store::WhenMissing;
use tokio::net::{TcpListener, TcpSocket};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::accept::accept;
use crate::cli::{explain, open};
use crate::commands::demo;
use crate::config::Config;
use crate::mail::{self, Smtp, SmtpAddress};
use crate::mailbox::{self, Imap, ImapAddress};
use crate::state::{AppState, Site};
use crate::{imports, lock, router, webhooks};

/// How long open requests may take to finish once the program is to end. With closing the database it stays below the ten
/// seconds after which most supervisors kill.
const FINISH_WITHIN: Duration = Duration::from_secs(8);

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// A sentence saying what keeps it from serving, and what to do.
pub async fn run(config: Config) -> Result<(), String> {
    let mut stop = Stop::new()?;
    raise_file_limit();
    let smtp = config.smtp_url.as_deref().map(SmtpAddress::parse).transpose()?.map(|address| Smtp::new(address, &config.mail_from));
    let imap = config.imap_url.as_deref().map(ImapAddress::parse).transpose()?.map(Imap::new);
    let imap_every = Duration::from_secs(u64::from(config.imap_every.get()));
    let _lock = lock::take(&config.database_url)?;
    let listener = listen(&config.addr).await?;
    let ctx = open(&config, WhenMissing::Create).await?;
    tokio::select! {
        done = prepare(&config, &ctx) => done?,
        // What was begun goes on at the next start.
        () = stop.asked() => return Ok(()),
    }
    let store = ctx.store.clone();
    let state = AppState::start(ctx.store, Clock::System, Site::of(&config)).await.map_err(|error| explain(error.into()))?;
    let webhooks = webhooks::start(&state, webhooks::Reach::Public);
    let mut mail = mail::start(&state, smtp);
    let importing = tokio::spawn(imports::work(state.ctx(), state.site.spool.clone()));
    let reading = imap.map(|imap| tokio::spawn(mailbox::work(state.ctx(), imap, imap_every)));
    tracing::info!(addr = config.addr, public_url = config.public_url, "serving");

    let side_work = [
        tokio::spawn(crate::bulk_work::work(state.ctx())),
        tokio::spawn(crate::nominations::work(state.ctx())),
        tokio::spawn(crate::radar_work::work(state.ctx())),
        tokio::spawn(crate::clock_work::work(state.ctx())),
        tokio::spawn(crate::task_work::work(state.ctx())),
        tokio::spawn(crate::nurture_work::work(state.ctx())),
        tokio::spawn(crate::registration_work::work(state.ctx())),
        tokio::spawn(crate::quote_work::work(state.ctx())),
        tokio::spawn(crate::invoice_work::work(state.ctx())),
        tokio::spawn(crate::trial_work::work(state.ctx())),
        tokio::spawn(crate::twin_work::work(state.ctx())),
        tokio::spawn(crate::score_work::work(state.ctx())),
    ];
    let open = accept(listener, router(state.clone()), stop.asked()).await;
    tracing::info!("finishing open requests");
    state.live.close();
    side_work.iter().for_each(tokio::task::JoinHandle::abort);
    // All of it goes on at the next start.
    importing.abort();
    if let Some(reading) = &reading {
        reading.abort();
    }
    let requests = async {
        if tokio::time::timeout(FINISH_WITHIN, open.shutdown()).await.is_err() {
            tracing::warn!("some requests did not finish in time");
        }
    };
    tokio::select! {
        _ = async { tokio::join!(requests, mail.finish(FINISH_WITHIN)) } => {}
        () = stop.asked() => tracing::warn!("asked twice, so not waiting for open requests"),
    }
    drop((webhooks, mail, state));
    let _closed = tokio::time::timeout(Duration::from_secs(1), store.close()).await;
    tracing::info!("stopped");
    Ok(())
}

/// What an empty database starts with.
async fn prepare(config: &Config, ctx: &Ctx) -> Result<(), String> {
    if config.is_demo && service::demo::is_wanted(ctx).await.map_err(explain)? {
        demo::fill(ctx, service::demo::FEW).await?;
        return Ok(());
    }
    service::seed::seed_defaults(ctx).await.map_err(explain)
}

/// The socket that systemd holds for us, so that connections wait while we restart; else one of our own.
async fn listen(addr: &str) -> Result<TcpListener, String> {
    if let Some(socket) = listenfd::ListenFd::from_env()
        .take_tcp_listener(0)
        .map_err(|error| format!("The socket that was handed over is none to listen on ({error})."))?
    {
        let listener = socket.set_nonblocking(true).and_then(|()| TcpListener::from_std(socket));
        return listener.map_err(|error| format!("The socket that was handed over cannot be listened on ({error})."));
    }
    let mut addresses = tokio::net::lookup_host(addr)
        .await
        .map_err(|error| format!("LEADWRIGHT_ADDR is “{addr}”, which is no address ({error}). Use HOST:PORT, such as 127.0.0.1:3000."))?;
    let address =
        addresses.next().ok_or_else(|| format!("LEADWRIGHT_ADDR is “{addr}”, which has no address. Use HOST:PORT, such as 127.0.0.1:3000."))?;
    bind(address).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("{addr} is taken by another program. Stop it, or choose another address with --addr or LEADWRIGHT_ADDR.")
        }
        std::io::ErrorKind::PermissionDenied => {
            format!("This user may not listen on {addr}. Ports below 1024 need more rights; choose a higher one with LEADWRIGHT_ADDR.")
        }
        _ => format!("{addr} cannot be listened on ({error}). Choose another address with LEADWRIGHT_ADDR."),
    })
}

fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    // After a restart thousands of live clients come back at once.
    socket.listen(4096)
}

/// Each live client holds a connection open; the usual limit of 1024 is soft and meant to be raised.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
    {
        tracing::warn!(%error, "the limit of open files stays low");
    }
}

/// Being asked to end.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn new() -> Result<Self, String> {
        let hear =
            |kind| signal(kind).map_err(|error| format!("Signals cannot be heard ({error}), so the server could not be stopped in good order."));
        Ok(Self { terminate: hear(SignalKind::terminate())?, interrupt: hear(SignalKind::interrupt())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
