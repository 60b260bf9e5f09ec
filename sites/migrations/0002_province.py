"""The kinds of department, and away with what Wagtail ships as an example.

Wagtail's own migrations make a welcome page, a default site and two groups with
permissions at the tree's root. A province has none of them: its sites are
opened, and permissions are granted per department.
"""

from django.db import migrations

KINDS = [
    ("province", "Tỉnh", "Cổng thông tin của tỉnh", 0),
    ("department", "Sở, ban, ngành", "Sở, ban, ngành", 10),
    ("commune", "Xã, phường", "Xã, phường", 20),
]


def prepare(apps, schema_editor):
    DepartmentKind = apps.get_model("sites", "DepartmentKind")
    for code, name, plural_name, order in KINDS:
        DepartmentKind.objects.get_or_create(
            code=code, defaults={"name": name, "plural_name": plural_name, "order": order}
        )
    Department = apps.get_model("sites", "Department")
    if Department.objects.exists():
        return
    Site = apps.get_model("wagtailcore", "Site")
    Page = apps.get_model("wagtailcore", "Page")
    Group = apps.get_model("auth", "Group")
    Site.objects.all().delete()
    Page.objects.filter(depth=2, content_type__model="page").delete()
    Page.objects.filter(depth=1).update(numchild=Page.objects.filter(depth=2).count())
    Group.objects.filter(name__in=("Editors", "Moderators")).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("sites", "0001_initial"),
        ("wagtailcore", "__latest__"),
        ("wagtailimages", "__latest__"),
        ("wagtaildocs", "__latest__"),
        ("wagtailadmin", "__latest__"),
        ("auth", "__latest__"),
    ]

    operations = [migrations.RunPython(prepare, migrations.RunPython.noop)]
