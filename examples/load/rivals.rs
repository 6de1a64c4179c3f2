//! What the service is compared with, each a process of its own on as many
//! workers: a bare hello-world, a page that is there already, and a route that
//! asks the database.

use std::{
    collections::HashMap,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::header::{CONTENT_ENCODING, ETAG, IF_NONE_MATCH},
    rt::System,
    web,
};
use anyhow::Context;

use super::sql;

const WORKERS: usize = 2;
/// What says hello.
pub const HELLO: &[u8] = br#"{"hello":"world"}"#;
/// How many may wait to be connected.
const BACKLOG: u32 = 2_048;
/// Connections to the database: more would only wait for the same processors.
const CONNECTIONS: u32 = 16;

/// Answers every request alike.
///
/// # Errors
/// When it cannot listen.
pub fn serve_hello() -> anyhow::Result<()> {
    let hello = async || HttpResponse::Ok().content_type("application/json").body(HELLO);
    System::new().block_on(listen(move || App::new().route("/", web::get().to(hello))))
}

/// Answers with the files of a folder, each in the content coding that it is
/// named after.
///
/// # Errors
/// When they cannot be read, or it cannot listen.
pub fn serve_pages(folder: &Path) -> anyhow::Result<()> {
    let mut pages: HashMap<String, web::Bytes> = HashMap::new();
    for file in std::fs::read_dir(folder)? {
        let file: PathBuf = file?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        pages.insert(name, std::fs::read(&file)?.into());
    }
    let pages = Arc::new(pages);
    System::new().block_on(listen(move || {
        App::new().app_data(web::Data::from(Arc::clone(&pages))).route("/{name}", web::get().to(page))
    }))
}

async fn page(
    request: HttpRequest,
    name: web::Path<String>,
    pages: web::Data<HashMap<String, web::Bytes>>,
) -> HttpResponse {
    let Some(page) = pages.get(&*name) else { return HttpResponse::NotFound().finish() };
    let tag = format!("\"{name}\"");
    if request.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return HttpResponse::NotModified().insert_header((ETAG, tag)).finish();
    }
    let mut answer = HttpResponse::Ok();
    answer.content_type("application/json").insert_header((CONTENT_ENCODING, name.into_inner()));
    answer.insert_header((ETAG, tag)).body(page.clone())
}

/// Answers searches near a place from the database of a data directory.
///
/// # Errors
/// When it cannot listen; the database is first spoken to when it is asked.
pub fn serve_sql(data_dir: &Path) -> anyhow::Result<()> {
    let options = super::database::options(data_dir)?;
    System::new().block_on(async {
        let pool = sqlx::postgres::PgPoolOptions::new().max_connections(CONNECTIONS).connect_lazy_with(options);
        listen(move || App::new().app_data(web::Data::new(pool.clone())).route("/search", web::get().to(sql::search)))
            .await
    })
}

/// Listens on a free port, says which, and ends with whoever started it.
async fn listen<F, T>(app: F) -> anyhow::Result<()>
where
    F: Fn() -> App<T> + Send + Clone + 'static,
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
{
    super::raise_open_files();
    // All who come at once may wait to be connected: whoever finds no room is not
    // told, sends what nobody reads, and is taken for slow.
    let server = HttpServer::new(app).workers(WORKERS).backlog(BACKLOG).bind(("127.0.0.1", 0))?;
    let address = server.addrs().first().copied().context("it listens nowhere")?;
    eprintln!("listening address={address}");
    std::thread::spawn(|| {
        _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    Ok(server.run().await?)
}
