"""Pasting from a word processor into the body of a page: the editor asks for its blocks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.content.clipboard import read_clipboard

from .blocks import BodyBlock

MAX_LENGTH = 2 * 2**20  # characters


@require_POST
def pasted_text(request: HttpRequest) -> HttpResponse:
    """The blocks of copied HTML, in the form in which the editor inserts them.

    Nothing is stored and nothing read: whoever may open the admin may ask. The answer is
    ``{"blocks": [{"type", "value", "id"}], "warnings": [text]}``; status 413 where the text
    is longer than :data:`MAX_LENGTH` characters.
    """
    html = request.POST.get("html", "")
    if len(html) > MAX_LENGTH:
        message = _("This is too much to paste at once. Make the article from the Word document.")
        return JsonResponse({"blocks": [], "warnings": [message]}, status=413)
    pasted = read_clipboard(html)
    block = BodyBlock()
    state = block.get_form_state(block.to_python(pasted.blocks))
    return JsonResponse({"blocks": state, "warnings": pasted.warnings})
