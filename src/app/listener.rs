//! The listener: what `actix_web::HttpServer` does for one address, with a
//! [`Connection`] around each socket, for which that has no place.

use std::{
    convert::Infallible, fmt, io, net::TcpListener, num::NonZero, sync::Arc, thread::available_parallelism,
    time::Duration,
};

use actix_http::{HttpService, Request, Response};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::{
    body::MessageBody,
    dev::{AppConfig, Server},
};
use tokio::net::TcpStream;

use super::open_files::room_for;
use crate::{
    config::Bounds,
    http::{Connection, Turns},
    kernel::{Clock, Entropy},
};

/// Answers what comes to `listener` with what `app` makes, one for each worker,
/// of which there are as many as processors where it is not said.
pub(super) fn listen<F, I, S, B>(
    listener: TcpListener,
    workers: Option<usize>,
    bounds: Bounds,
    sources: (Arc<dyn Clock>, Arc<dyn Entropy>),
    app: F,
) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    S::Service: 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
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
