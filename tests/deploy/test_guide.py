"""The guide to a bare machine is run, block by block, so that it cannot say what is not so."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections import Counter

from cms.environment import NAMES

from .conftest import FIRST, Built, copy, replace
from .guide import GUIDE, blocks
from .server import ROOT, Server

#: What a test cannot do: Debian's packages, services of the whole machine, the world outside.
OUTSIDE = (
    r"sudo (apt|git|ufw|certbot|nginx|sudoedit)\b",
    r"sudoedit ",
    r"sudo sysctl --system$",
    r"sudo timedatectl set-timezone Asia/Ho_Chi_Minh$",
    r"sudo systemctl (restart|reload) (redis-server|postgresql|nginx|systemd-journald)$",
    r"printf .* \| sudo tee (-a /etc/redis/redis.conf|/etc/sysctl.d/60-sen.conf)$",
    r"printf .* \| sudo install -D -m 644 /dev/stdin /etc/systemd/journald",
    r"sudo install -m 644 /tmp/sen-postgresql.conf /etc/postgresql/",
    r"sudo rm -f /etc/nginx/sites-enabled/default$",
    r"sudo ln -sf /etc/letsencrypt/",
    r"journalctl ",
    # Another release is made by the test, without a second build.
    r"sudo /opt/sen/source/deploy/scripts/build /opt/sen/releases/0\.2\.0$",
)


def test_what_is_left_out_is_about_debian_systemd_or_the_world() -> None:
    outside = [each for each in blocks() if each.mark == "outside"]
    for line in "".join(each.commands for each in outside).splitlines():
        assert any(re.match(pattern, line) for pattern in OUTSIDE), line
    marks = Counter(each.mark for each in blocks())
    assert marks["postgresql"] == marks["terminal"] == 1
    assert marks["upgrade"] == 2
    assert set(marks) == {"", "outside", "postgresql", "terminal", "upgrade"}


def test_every_block_is_run_in_its_order(machine: Server, built: Built) -> None:
    told: dict[str, str] = {}
    # The build itself is the fixture's, with these very commands.
    assert f"{built.folder} is complete." in built.told
    (machine.folder / "opt/sen/source").symlink_to(ROOT)
    for block in blocks():
        commands = machine.here(block.commands)
        if block.mark == "outside" or "scripts/build " in commands:
            if "sudoedit" in commands:
                machine.configure()
            continue
        if block.mark == "postgresql" and not machine.database.startswith("postgres"):
            continue
        if block.mark == "terminal":
            password = secrets.token_urlsafe(12)
            answers = ("quantri", "quantri@tinh.gov.vn", password, password)
            told[block.commands] = machine.at_a_terminal(commands, *answers)
            assert password not in told[block.commands]
            continue
        if block.mark == "upgrade" and not (machine.releases / "0.2.0").exists():
            copy(built.folder, machine.releases / "0.2.0")
            project = machine.releases / "0.2.0/pyproject.toml"
            replace(project, project.read_text().replace('version = "0.1.0"', 'version = "0.2.0"'))
        told[block.commands] = machine.run("sh", "-euc", commands)
    everything = "\n".join(told.values())
    assert "https://www.tinh.gov.vn opened" in everything
    assert "Superuser created successfully" in everything
    assert "is whole: " in everything
    assert "0.2.0 serves." in everything
    assert "0.1.0 serves." in everything
    # The guide says so: what runs each minute has not been started yet.
    warned = set(re.findall(r"\((\w+\.[EW]\d+)\)", told_of(told, "check --deploy")))
    if machine.database.startswith("postgres") and not os.environ.get("REDIS_URL"):
        warned -= {"sen.W001"}  # the tests run without Redis
    assert warned == {"sen.W014"}
    assert machine.serves() == [FIRST, FIRST]


def told_of(told: dict[str, str], command: str) -> str:
    """What was printed by the block that has ``command``."""
    (found,) = [text for commands, text in told.items() if command in commands]
    return found


def test_every_place_and_variable_of_the_guide_is_there(machine: Server) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for variable in re.findall(r"`((?:SEN_)?[A-Z]+(?:_[A-Z]+)+)`", text):
        assert variable in NAMES | {"CHANGE_ME"}, variable
    machine.script("install", release=FIRST)
    for script in set(re.findall(r"deploy/scripts/([a-z-]+)", text)):
        assert os.access(ROOT / "deploy/scripts" / script, os.X_OK), script
    for unit in set(re.findall(r"`(sen-[a-z]+(?:\.timer)?)`", text)) - {"sen-manage"}:
        name = unit if "." in unit else f"{unit}.service"
        assert (machine.folder / "etc/systemd/system" / name).exists(), unit
    for command in set(re.findall(r"sen-manage ([a-z_]+)", text)):
        asked = [sys.executable, "manage.py", "help", command]
        assert subprocess.run(asked, cwd=ROOT, capture_output=True, check=False).returncode == 0
