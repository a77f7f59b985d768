# A hub in a container. docs/operating.md says how it is run: other than on loopback it needs CURVE.
FROM python:3.12-slim AS build
WORKDIR /src
COPY . .
# The repository's tags are not copied: the version is told, or is the last one's.
ARG VERSION=0.1.0
RUN SETUPTOOLS_SCM_PRETEND_VERSION="$VERSION" pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/bitten --shell /usr/sbin/nologin bitten \
    && chmod 0700 /var/lib/bitten
COPY --from=build /wheels /wheels
# Of the one version that was built above, and of nothing from anywhere else.
# hadolint ignore=DL3013
RUN pip install --no-cache-dir --no-index --find-links /wheels bitten && rm -r /wheels
USER 10001
WORKDIR /var/lib/bitten
# Journal, tape, log, keys and the operator's socket.
VOLUME /var/lib/bitten
EXPOSE 5555 5556
# Exit code 1 when anything is stale, 3 when no hub answers.
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s CMD ["bitten", "status", "--json", "--config", "/etc/bitten/bitten.toml"]
ENTRYPOINT ["bitten"]
CMD ["run", "--config", "/etc/bitten/bitten.toml"]
