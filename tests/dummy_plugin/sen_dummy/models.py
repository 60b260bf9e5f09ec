"""A table of each department's own, and a page type."""

from django.db import models

from cms.sdk import DepartmentModel, PluginPage


class Note(DepartmentModel):
    """What happened, as the hooks saw it."""

    text = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.text


class AlmanacPage(PluginPage):
    """A page type of a plugin's own."""

    proverb = models.CharField(max_length=200, blank=True)

    template = "dummy/almanac_page.html"
    content_panels = [*PluginPage.content_panels, "proverb"]

    class Meta:
        verbose_name = "almanac"
