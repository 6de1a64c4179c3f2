# syntax=docker/dockerfile:1
# The service as one image. Builds with BuildKit: docker build -t openchair .

FROM rust:1.95-bookworm AS build
WORKDIR /build
# The checked queries are in .sqlx: no database at build time.
ENV SQLX_OFFLINE=true
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin openchair \
    && install -D target/release/openchair /out/openchair

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 openchair \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin openchair
COPY --from=build /out/openchair /usr/local/bin/openchair
COPY --chmod=0755 deploy/healthcheck.sh /usr/local/bin/openchair-healthcheck
COPY LICENSE-MIT LICENSE-APACHE NOTICE /usr/share/doc/openchair/
USER 10001:10001
WORKDIR /
# Every address of the container, since the proxy is another one. There is no
# Postgres in here: DATABASE_URL must be set. Nothing is written outside /tmp,
# so the root file system can be read-only.
ENV OPENCHAIR_LISTEN=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/openchair"]
CMD ["serve"]
