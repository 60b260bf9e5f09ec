"""What a template of another's says outside of its catalogue, said in words."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

register = template.Library()


@register.filter
def button_in_words(html: SafeString, word: str) -> SafeString:
    """``html`` with the button that says ``word`` in English saying it in the reader's language.

    Args:
        html: what the other template made; it is safe already.
        word: the message, which has a translation of its own.
    """
    # Only the one attribute is replaced, by an escaped text.
    said = html.replace(f'value="{word}"', f'value="{escape(gettext(word))}"')
    return mark_safe(said)  # noqa: S308
