//! The listener: what `actix_web::HttpServer` does for one address, with a
//! [`Connection`] around each socket, for which that has no place.

use std::{
    convert::Infallible,
    fmt, io,
    net::{SocketAddr, TcpListener},
    num::NonZero,
    sync::Arc,
    thread::available_parallelism,
    time::Duration,
};

use actix_http::{HttpService, Request, Response};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, apply_fn_factory, fn_service, map_config,
};
use actix_web::{
    body::BoxBody,
    dev::{AppConfig, Server},
};
use futures_util::{FutureExt, TryFutureExt, future::Either};
use tokio::net::{TcpSocket, TcpStream};

use super::open_files::room_for;
use crate::{
    config::Bounds,
    http::{Connection, Lane, Turns},
    kernel::{Clock, Entropy},
    search::{Read, Reads},
};

/// How many may wait to be connected, as the framework has it: all apps of a
/// proxy that has come back, at once. The standard library's 128 are too few: who
/// finds no room is not told, sends a request that the kernel drops, and by the
/// time that it is sent again has been slow and is refused.
const WAITING: u32 = 2_048;

/// Listens on an address. Within a runtime.
///
/// # Errors
/// When it cannot be bound.
pub(super) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A service that is started again takes over from the one before.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)?.into_std()
}

/// Answers what comes to `listener` with what `app` makes, one for each worker,
/// of which there are as many as processors where it is not said.
pub(super) fn listen<F, I, S>(
    listener: TcpListener,
    workers: Option<usize>,
    bounds: Bounds,
    sources: (Arc<dyn Clock>, Arc<dyn Entropy>),
    (lane, reads): (Lane, Reads),
    app: F,
) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<BoxBody>> + 'static,
    S::Service: 'static,
    <S::Service as Service<Request>>::Future: 'static,
{
    let workers = workers.unwrap_or_else(|| available_parallelism().map_or(1, NonZero::get));
    let connections = room_for(bounds.connections_of_worker.saturating_mul(workers)) / workers;
    let builder = Server::build().workers(workers);
    let stopping = builder.graceful_shutdown_signal();
    let builder = builder
        .disable_signals()
        .max_concurrent_connections(connections.max(1))
        .shutdown_timeout(bounds.drain_within_s)
        .listen("api", listener, move || {
            let stopping = stopping.clone();
            let app = app().into_factory().map_err(|error| error.into().error_response());
            let short = (lane.clone(), reads.clone());
            let app = apply_fn_factory(app, move |mut request: Request, app: &_| {
                let (lane, reads) = &short;
                match Read::at(request.path()).filter(|_| lane.takes(&mut request)) {
                    Some(read) => {
                        let answer = lane.answer(request, read.route(), |head| reads.answer(read, head));
                        Either::Left(answer.map(Response::from).map(Ok))
                    }
                    None => Either::Right(app.call(request).map_ok(Into::into)),
                }
            });
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                .keep_alive(bounds.idle_within)
                // The connection's own bound holds for its first head as well.
                .client_request_timeout(Duration::ZERO)
                .client_disconnect_timeout(bounds.heard_within)
                .on_connect_ext(|connection: &Connection<TcpStream>, data| {
                    data.insert::<Turns>(connection.turns());
                })
                .h1(map_config(app, |()| AppConfig::default()));
            let (bounds, sources) = (bounds.clone(), sources.clone());
            fn_service(move |socket: TcpStream| {
                let peer = socket.peer_addr().ok();
                let connection = Connection::new(socket, &bounds, sources.clone());
                async move { Ok::<_, Infallible>((connection, peer)) }
            })
            .map_err(|never| match never {})
            .and_then(http)
        })?;
    Ok(builder.run())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_crowd_that_comes_at_once_waits_to_be_connected() {
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        // More than the standard library lets wait; nobody is accepted meanwhile.
        let crowd = (0..300).map(|_| std::net::TcpStream::connect_timeout(&address, Duration::from_secs(2)));
        assert!(crowd.collect::<io::Result<Vec<_>>>().is_ok());
    }
}
