"""What happens in a site's life. Each feature listens and does its own part.

``site_opened`` is sent inside the transaction that opens the site and may be
sent again for the same department: a receiver makes what is missing and leaves
the rest alone. An exception in a receiver undoes the whole opening.

``site_published`` is sent once a site that was being set up is public.

Arguments: ``sender`` the Department class, ``department`` the opened
:class:`sites.models.Department`.

``site_renamed`` is sent inside the transaction in which a site gets another
host. Arguments: ``department`` and ``old_host``.

``pages_moved`` is sent inside the transaction that merges or splits sites, once
the pages stand in their new site. Arguments: ``source`` and ``target``, the two
departments; ``page_ids``, the pages that went from one to the other; ``whole``,
whether the source has ended; ``options``, what the one who asked has told, such as
``{"counters": "add"}``; ``report``, a :class:`sites.life.report.Report` to which a
receiver adds what it did. A dry run does it all, and undoes it.

``site_ended`` is sent inside the transaction that archives a site, and
``site_restored`` when it comes back. Arguments: ``department``, ``report``.

``office_left`` is sent inside the transaction in which somebody leaves a
department, or is called back. Arguments: ``sender`` the Department class,
``department``, ``person``, and ``colleague``, who takes over what the person had.
"""

from django.dispatch import Signal

site_opened = Signal()
site_published = Signal()
office_left = Signal()
site_renamed = Signal()
pages_moved = Signal()
site_ended = Signal()
site_restored = Signal()
