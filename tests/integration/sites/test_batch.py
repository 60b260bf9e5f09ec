"""Opening many sites from a table: all lines or none, each fault named with its line."""

from __future__ import annotations

import unicodedata
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from cms.users.models import User
from sites.batch import MOST_LINES, UnreadableTableError, check, read_table
from sites.models import Department, HostAlias
from sites.roles import Role
from tests.factories import make_site, make_user, staff_client

GOOD = "host,name,kind,parent,accent\n"


def problems_of(text: str) -> dict[int, str]:
    lines = read_table(text.encode())
    check(lines)
    return {line.number: " ".join(line.problems) for line in lines if line.problems}


@pytest.fixture
def table(tmp_path: Path) -> Any:
    """``table(text)``: a file that holds it."""

    def write(text: str | bytes) -> str:
        path = tmp_path / "sites.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


@pytest.mark.parametrize("mark", [",", ";"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_spreadsheet_is_read(mark: str, bom: str, end: str) -> None:
    rows = ["Host,Name,Kind,Short name", 'a.localhost,"Sở A",department,A', ",,,", ""]
    text = bom + end.join(row.replace(",", mark) for row in rows)
    (line,) = read_table(unicodedata.normalize("NFD", text).encode())
    assert line.number == 2
    assert line.values == {
        "host": "a.localhost",
        "name": "Sở A",
        "kind": "department",
        "short_name": "A",
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"host,name,kind\n",
        b"host,name\na,b",
        b"host,name,kind,colour\na,b,c,d",
        b"host,name,kind,host\na,b,c,d",
        "host,name,kind\na,Sở,c".encode("utf-16"),
        "host,name,kind\na,S\xf4,c".encode("latin-1"),
        b"host,name,kind\na,\0,c",
        b'host,name,kind\na,"b"x,c',
        b"host,name,kind\n" + b"a,b,c\n" * (MOST_LINES + 1),
    ],
)
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableTableError):
        read_table(data)


def test_each_fault_is_named_with_its_line(site_a: Department) -> None:
    HostAlias.objects.create(hostname="ten-cu.localhost", department=site_a)
    text = GOOD + "\n".join(
        [
            "tot.localhost,Sở Tốt,department,so-a.localhost,#0b5cad",
            "Có dấu,Sở,department,,",
            ",,department,,",
            "x.localhost,X,kingdom,,",
            "tot.localhost,Hai lần,department,,",
            "y.localhost,Y,department,la.localhost,",
            "z.localhost,Z,department,,red",
            "ten-cu.localhost,Cũ,department,,",
            "w.localhost,W,department",
            "sau.localhost,Sau,commune,tot.localhost,",
        ]
    )
    found = problems_of(text)
    assert set(found) == set(range(3, 11))
    said = {
        4: "host",
        5: "kingdom",
        6: "2",
        7: "la.localhost",
        8: "red",
        9: "ten-cu.localhost",
        10: "3",
    }
    for number, word in said.items():
        assert word in found[number], found[number]


def test_a_line_counts_as_a_spreadsheet_counts_it(db: Any) -> None:
    text = 'host,name,kind\na.localhost,"Hai\ndòng",department\n\nb.localhost,B,kingdom\n'
    assert set(problems_of(text)) == {5}


def test_nothing_is_opened_where_a_line_is_wrong(
    db: Any, table: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    file = table("host,name,kind\na.localhost,A,department\nb.localhost,B,kingdom\n")
    with pytest.raises(CommandError):
        call_command("open_sites", file)
    assert "line 3" in capsys.readouterr().err
    assert not Department.objects.exists()
    call_command("open_sites", file, skip_bad=True)
    assert [department.host for department in Department.objects.all()] == ["a.localhost"]
    assert "1 lines skipped" in capsys.readouterr().out


def test_a_dry_run_opens_nothing(db: Any, table: Any) -> None:
    call_command("open_sites", table("host,name,kind\na.localhost,A,department\n"), dry_run=True)
    assert not Department.objects.exists()


def test_a_table_may_be_opened_again(
    db: Any, table: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    make_site("tinh.localhost", kind="province")
    file = table(
        "host;name;kind;parent\na.localhost;Sở A;department;\nb.localhost;B;commune;a.localhost\n"
    )
    call_command("open_sites", file)
    assert Department.objects.get(name="B").parent == Department.objects.get(name="Sở A")
    assert "[2/2] b.localhost opened" in capsys.readouterr().out
    call_command("open_sites", file)
    assert Department.objects.count() == 3
    assert "0 sites opened, 2 were open" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_said(db: Any) -> None:
    with pytest.raises(CommandError, match="nirgends"):
        call_command("open_sites", "nirgends.csv")


def test_the_admin_reports_before_it_opens(site_a: Department) -> None:
    root = User.objects.create_superuser("province", password="x")
    client = staff_client(root, site_a)
    text = "\ufeffhost,name,kind\nmoi.localhost,Sở Mới,department\nxau.localhost,X,kingdom\n"
    upload = SimpleUploadedFile("sites.csv", text.encode())
    report = client.post("/admin/departments/open-many/", {"file": upload})
    assert "kingdom" in report.text
    assert Department.objects.count() == 1
    sent = {"table": report.context["form"].cleaned_data["table"], "confirm": "1"}
    refused = client.post("/admin/departments/open-many/", sent)
    assert refused.status_code == 200
    assert Department.objects.count() == 1
    opened = client.post("/admin/departments/open-many/", {**sent, "skip_bad": "on"})
    assert opened.status_code == 302
    assert Department.objects.get(name="Sở Mới").site.port == site_a.site.port


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"host\n"])
def test_the_admin_says_what_is_no_table(site_a: Department, data: bytes) -> None:
    client = staff_client(User.objects.create_superuser("province", password="x"), site_a)
    answer = client.post(
        "/admin/departments/open-many/", {"file": SimpleUploadedFile("x.csv", data)}
    )
    assert answer.status_code == 200
    form = answer.context["form"]
    (said,) = form.errors.get("file") or form.non_field_errors()
    assert said in unescape(answer.text)


def test_only_the_province_opens_many(site_a: Department) -> None:
    client = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    assert client.get("/admin/departments/open-many/").status_code == 404
