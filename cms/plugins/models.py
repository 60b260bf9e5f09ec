"""Which department uses which plugin."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sites.models import Department


class PluginActivation(models.Model):
    """A department's decision about one plugin. No row: not decided, and not enabled.

    The plugin is named, not referenced: the decision outlives an uninstallation.
    """

    department = models.ForeignKey(
        Department,
        on_delete=models.CASCADE,
        related_name="plugin_activations",
        verbose_name=_("department"),
    )
    plugin_id = models.CharField(_("plugin"), max_length=50)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("plugin activation")
        verbose_name_plural = _("plugin activations")
        constraints = [
            models.UniqueConstraint(
                fields=("department", "plugin_id"), name="one_activation_per_plugin"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.plugin_id}"
