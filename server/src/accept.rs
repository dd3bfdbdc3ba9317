//! Accepting connections. By hand and not with `axum::serve`, which tells HTTP/1 from HTTP/2 by the first bytes and so
//! doubles the read buffer of every connection: with thousands of live clients, that is most of the memory.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::Service as _;

/// How long a client may take to send the head of a request, and how long a connection may rest between two.
const HEAD_WITHIN: Duration = Duration::from_secs(75);
/// How long a client that has connected, but not asked yet, may still ask once the program is to end.
const LAST_CALL: Duration = Duration::from_millis(250);

/// Serves connections until `stop` resolves, then lets go of the port; gives what is still open.
pub async fn accept(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) -> GracefulShutdown {
    let open = GracefulShutdown::new();
    // Dropped on return, which says that the end has begun.
    let (_going_on, end) = watch::channel(());
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return open,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => serve(stream, peer, router.clone(), &open, end.clone()),
                // Out of file descriptors, most likely: some connection will end.
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
}

fn serve(stream: TcpStream, peer: SocketAddr, router: Router, open: &GracefulShutdown, mut end: watch::Receiver<()>) {
    // Small pieces, such as live changes, go out at once. If not, they go out a little later.
    let _set = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    // Held from now on, so that the program does not end before this connection.
    let watcher = open.watcher();
    tokio::spawn(async move {
        // Once the end has begun, hyper closes a connection at once that was not asked anything: the request that is on
        // its way would be lost. So it is waited for here.
        let last_call = async {
            // It resolves as an error, when the sender is dropped.
            let _ended = end.changed().await;
            tokio::time::sleep(LAST_CALL).await;
        };
        tokio::select! {
            _ = stream.readable() => {}
            () = last_call => return,
            () = tokio::time::sleep(HEAD_WITHIN) => return,
        }
        let is_ending = end.has_changed().is_err();
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).keep_alive(!is_ending);
        let stream = TokioIo::new(stream);
        let outcome =
            if is_ending { http.serve_connection(stream, service).await } else { watcher.watch(http.serve_connection(stream, service)).await };
        // A client that goes away in the middle is no failure of ours.
        outcome.unwrap_or_else(|error| tracing::debug!(%error, "a connection broke"));
    });
}
