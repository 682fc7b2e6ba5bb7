"""nginx beside Sluice in bench/prove: how it is started on a directory and a port.

One process that keeps connections, logs nothing and sends by sendfile; `sluice lab peers` measures
more servers.
"""
import os

import harness

CONNECTIONS = 4096
REQUESTS = 1_000_000_000  # per connection: never the reason for a new one


def _file(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _as_root(line):
    """Servers that were started by root change to a user who may not read our files."""
    return line if os.geteuid() == 0 else ""


def nginx(folder, site, port):
    """sendfile, tcp_nopush and a cache of open files: what its manual recommends for this."""
    return ["nginx", "-e", folder / "nginx.err", "-c", _file(folder, "nginx.conf", f"""
{_as_root("user root;")}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.err;
events {{ worker_connections {CONNECTIONS}; }}
http {{
    types {{ application/octet-stream bin; }}
    access_log off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    open_file_cache max=1000 inactive=60s;
    open_file_cache_valid 30s;
    keepalive_requests {REQUESTS};
    keepalive_timeout 75s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port} backlog=1024; root {site}; }}
}}
""")]
