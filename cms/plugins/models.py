"""Which department uses which plugin, with which settings, and what went wrong."""

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


class PluginSwitch(models.Model):
    """The province's word on a plugin for all sites. No row: each department decides."""

    plugin_id = models.CharField(_("plugin"), max_length=50, unique=True)
    off_everywhere = models.BooleanField(_("off on all sites"), default=False)

    class Meta:
        verbose_name = _("plugin switch")
        verbose_name_plural = _("plugin switches")

    def __str__(self) -> str:
        return self.plugin_id


class PluginConfiguration(models.Model):
    """A plugin's settings for a department, as the plugin's version of then stored them."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="plugin_configurations"
    )
    plugin_id = models.CharField(max_length=50)
    version = models.PositiveIntegerField(default=1)
    value = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("plugin configuration")
        verbose_name_plural = _("plugin configurations")
        constraints = [
            models.UniqueConstraint(
                fields=("department", "plugin_id"), name="one_configuration_per_plugin"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.plugin_id}"


class PluginFailure(models.Model):
    """The last time a part of a plugin failed on a department's site."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="plugin_failures", null=True
    )
    plugin_id = models.CharField(max_length=50)
    part = models.CharField(max_length=120)
    message = models.CharField(max_length=300)
    traceback = models.TextField()
    in_a_row = models.PositiveIntegerField(default=1)
    failed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("plugin failure")
        verbose_name_plural = _("plugin failures")
        constraints = [
            models.UniqueConstraint(
                fields=("department", "plugin_id", "part"), name="one_failure_per_part"
            ),
            models.UniqueConstraint(
                fields=("plugin_id", "part"),
                condition=models.Q(department=None),
                name="one_failure_per_part_of_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plugin_id}, {self.part}: {self.message}"
