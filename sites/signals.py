"""What happens in a site's life. Each feature listens and does its own part.

``site_opened`` is sent inside the transaction that opens the site and may be
sent again for the same department: a receiver makes what is missing and leaves
the rest alone. An exception in a receiver undoes the whole opening.

Arguments: ``sender`` the Department class, ``department`` the opened
:class:`sites.models.Department`.
"""

from django.dispatch import Signal

site_opened = Signal()
