"""``manage.py open_site HOST --name … --kind …``: open a department's site."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sites.models import Department
from sites.opening import open_site
from sites.publication import missing_for_publication


class Command(BaseCommand):
    """Opens a site or completes one that is open; running it twice changes nothing."""

    help = "Open the site of a department: pages, groups, approval chain, sidebar, menu."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("host", help="canonical host name, such as so-y-te.tinh.gov.vn")
        parser.add_argument("--name", required=True, help="full name of the body")
        parser.add_argument("--kind", required=True, help="province, department, commune, …")
        parser.add_argument("--short-name", default="", help="name for narrow places")
        parser.add_argument("--accent", help="accent colour, such as #0b5cad")
        parser.add_argument("--address", default="")
        parser.add_argument("--phone", default="")
        parser.add_argument("--email", default="")
        parser.add_argument("--responsible-person", default="")
        parser.add_argument("--parent", help="host of the body above; the province by default")
        parser.add_argument(
            "--publish",
            action="store_true",
            help="public at once; otherwise the site's administrator publishes it",
        )
        parser.add_argument("--port", type=int, default=80, help="port in the site's addresses")

    def handle(self, *args: Any, **options: Any) -> None:
        parent = None
        if options["parent"]:
            parent = Department.objects.filter(site__hostname=options["parent"]).first()
            if parent is None:
                raise CommandError(f"no department answers to {options['parent']}")
        fields = ("short_name", "accent", "address", "phone", "email", "responsible_person")
        details = {field: options[field] for field in fields if options[field]}
        if options["publish"] and (missing := missing_for_publication(Department(**details))):
            raise CommandError(f"not to be published without: {', '.join(missing)}")
        try:
            opened = open_site(
                options["host"],
                name=options["name"],
                kind=options["kind"],
                port=options["port"],
                parent=parent,
                publish=options["publish"],
                **details,
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        department = opened.department
        verb = "opened" if opened.created else "was open already; completed"
        self.stdout.write(self.style.SUCCESS(f"{department.site.root_url} {verb}: {department}"))
        if department.state == Department.State.OPENING:
            self.stdout.write("It is being set up: its administrator publishes it in the admin.")
