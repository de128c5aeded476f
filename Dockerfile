# Termgate in one image: the web process and its worker, as a user without rights, on a file system that may be
# read-only. Everything installed comes from the hashed lock file, wheels alone, so no compiler is needed.

FROM python:3.11-slim-trixie AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build

# The libraries first: they change more rarely than the code.
RUN python -m venv --without-pip /opt/termgate
COPY requirements.lock ./
RUN pip --python /opt/termgate/bin/python install --only-binary :all: --require-hashes --no-deps -r requirements.lock

# setuptools, which builds the project, came with the lock file as well.
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY extractors ./extractors
COPY migrations ./migrations
COPY registry ./registry
RUN pip --python /opt/termgate/bin/python install --no-deps --no-build-isolation .


FROM python:3.11-slim-trixie

LABEL org.opencontainers.image.title="Termgate" \
      org.opencontainers.image.description="Vets the terms of third-party AI tools and answers whether a tool may be used." \
      org.opencontainers.image.licenses="Apache-2.0"

RUN groupadd --system --gid 10001 termgate \
    && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/termgate --no-create-home --shell /usr/sbin/nologin termgate \
    && install --directory --owner termgate --group termgate --mode 0750 /var/lib/termgate

COPY --from=build /opt/termgate /opt/termgate

ENV PATH=/opt/termgate/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TERMGATE_DATA_DIR=/var/lib/termgate \
    TERMGATE_HOST=0.0.0.0 \
    TERMGATE_PORT=8080

# By number, so that a cluster can see that it is not root.
USER 10001:10001
WORKDIR /var/lib/termgate
VOLUME /var/lib/termgate
EXPOSE 8080

# The first start makes the database and lists the catalogue.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['TERMGATE_PORT']}/healthz\", timeout=4)"]

# `serve` is process 1: it stops its worker and itself within ten seconds of SIGTERM.
STOPSIGNAL SIGTERM
CMD ["termgate", "serve"]
