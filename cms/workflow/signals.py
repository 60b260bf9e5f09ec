"""What happens to a text after its publication; sent inside the transaction of the act.

Arguments: ``sender`` the page's class, ``page``, ``takedown`` the
:class:`cms.workflow.models.Takedown`.
"""

from django.dispatch import Signal

page_taken_down = Signal()
page_republished = Signal()
