"""When the record was verified last."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cms.operations.nightly import Nightly
from cms.operations.probes import Probe, register

VERIFICATION = Nightly(
    "record verified",
    warning=3 * 86400,
    bad=30 * 86400,
    never=_("It was never verified: run manage.py verify_record nightly."),
    failed=_("The last verification found something: run manage.py verify_record."),
    late=_("It was not verified for long: run manage.py verify_record nightly."),
    done=_("Verified, and nothing was changed."),
)


def register_probe() -> None:
    """Put the record into the list of probes; called once, when the apps are ready."""
    register(
        Probe("record", _("Record"), VERIFICATION.read, "record_verified_age_seconds", order=180)
    )
