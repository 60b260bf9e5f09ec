"""The whole of it, started and ended."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.nginx import find_nginx, nginx_before
from tests.e2e.portal import Portal, free_port, manage

from .processes import Process, Service, Timer, wait_until
from .services import MailServer, PostgreSQL, Redis, find_postgres, find_redis
from .units import command_of

NODES = 2


def missing() -> str:
    """What this machine lacks for it; empty where it has all."""
    wanted = {"nginx": find_nginx(), "PostgreSQL": find_postgres(), "Redis": find_redis()}
    if os.geteuid() == 0:
        wanted["setpriv"] = shutil.which("setpriv")
    return ", ".join(name for name, found in wanted.items() if not found)


@dataclass(frozen=True)
class Stack:
    """Everything that runs.

    Attributes:
        port: of nginx, which readers and editors ask.
        folder: the data folder, and the processes' logs.
        env: what the units' environment file would say.
        portal: to ask and to run commands.
    """

    port: int
    folder: Path
    env: dict[str, str]
    portal: Portal
    postgres: PostgreSQL
    redis: Redis
    mail: MailServer
    nodes: tuple[Service, ...]
    node_ports: tuple[int, ...]
    worker: Service
    scheduler: Timer

    def is_ready(self, node: int) -> bool:
        """Whether a node serves, by ``/readyz``."""
        return _status(self.node_ports[node], "/readyz") == 200

    def wait(self) -> None:
        """Wait until every node serves."""
        for node in range(NODES):
            wait_until(lambda node=node: self.is_ready(node), f"node {node} serves", 120)  # type: ignore[misc]

    def log(self) -> str:
        """What the processes have said."""
        return "".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))


@contextmanager
def running_stack(
    *, sites: int = 4, articles: int = 60, every: float = 10, **environment: str
) -> Iterator[Stack]:
    """Start everything with the demo province.

    Args:
        sites, articles: how large it is.
        every: seconds between two runs of the scheduler; systemd's timer has 60.
        environment: further variables.
    """
    with ExitStack() as ending:
        folder = Path(tempfile.mkdtemp(prefix="sen-stack-"))
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        # PostgreSQL's account has to get through.
        folder.chmod(0o711)
        postgres = ending.enter_context(PostgreSQL(folder / "postgresql"))
        redis = ending.enter_context(Redis())
        redis.wait()
        mail = ending.enter_context(MailServer())
        port, node_ports = free_port(), tuple(free_port() for _node in range(NODES))
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "cms.settings",
            "SEN_DATA_DIR": str(folder),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SEN_RECORD_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url,
            "EMAIL_URL": mail.url,
            "ADMIN_BASE_URL": f"http://localhost:{port}",
            # nginx, and whoever gives people addresses of their own before it.
            "TRUSTED_PROXY_COUNT": "2",
            # The demo's accounts have none.
            "SEN_SECOND_FACTOR_ROLES": "",
            **environment,
        }
        env.pop("SEN_PLUGIN_PATH", None)
        manage(env, "migrate", "--verbosity", "0")
        demo = ["--sites", str(sites), "--articles", str(articles), "--port", str(port)]
        manage(env, "load_demo", *demo)
        manage(env, "collectstatic", "--no-input", "--verbosity", "0")
        nodes = tuple(
            ending.enter_context(
                Service(
                    f"web node {number + 1}",
                    command_of("sen-web@.service", str(node_port)),
                    env,
                    folder / f"web-{number + 1}.log",
                )
            )
            for number, node_port in enumerate(node_ports)
        )
        worker = command_of("sen-worker.service")
        scheduler = command_of("sen-scheduler.service")
        stack = Stack(
            port,
            folder,
            env,
            Portal(port, env),
            postgres,
            redis,
            mail,
            nodes,
            node_ports,
            ending.enter_context(Service("worker", worker, env, folder / "worker.log")),
            ending.enter_context(
                Timer(Process("scheduler", scheduler, env, folder / "scheduler.log"), every)
            ),
        )
        stack.wait()
        ending.enter_context(nginx_before(*node_ports, port=port))
        yield stack


def _status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (TimeoutError, OSError):
        return 0
