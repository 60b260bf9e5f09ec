from django.conf import settings
from django.db import migrations
from django.utils.translation import gettext, override

ROLES = {
    "reporter": "Reporter",
    "editor": "Editor",
    "secretary": "Secretary",
    "chief": "Chief editor",
    "site_admin": "Site administrator",
    "auditor": "Auditor",
}


def rename(apps, schema_editor):
    """Groups and the root of the tree carry their stored names into Wagtail's screens."""
    RoleGroup = apps.get_model("sites", "RoleGroup")
    Group = apps.get_model("auth", "Group")
    Page = apps.get_model("wagtailcore", "Page")
    with override(settings.LANGUAGE_CODE):
        groups = []
        for office in RoleGroup.objects.select_related("group", "department__site"):
            name = f"{office.department.site.hostname}: {gettext(ROLES[office.role])}"
            groups.append(Group(pk=office.group_id, name=name))
        Group.objects.bulk_update(groups, ["name"], batch_size=500)
        title = gettext("All sites")
    Page.objects.filter(depth=1, title="Root").update(title=title, draft_title=title)


class Migration(migrations.Migration):
    dependencies = [
        ("sites", "0007_secretary"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
