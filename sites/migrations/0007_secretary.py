from django.db import migrations, models


def make_offices(apps, schema_editor):
    """Give every site the secretary's group, with what its editors are granted."""
    Department = apps.get_model("sites", "Department")
    RoleGroup = apps.get_model("sites", "RoleGroup")
    Group = apps.get_model("auth", "Group")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    for department in Department.objects.select_related("site"):
        office = RoleGroup.objects.filter(department=department, role="editor").first()
        group, _ = Group.objects.get_or_create(name=f"{department.site.hostname}: secretary")
        RoleGroup.objects.get_or_create(
            department=department, role="secretary", defaults={"group": group}
        )
        if office is None:
            continue
        group.permissions.add(*office.group.permissions.all())
        for held in GroupPagePermission.objects.filter(group=office.group):
            GroupPagePermission.objects.get_or_create(
                group=group, page_id=held.page_id, permission_id=held.permission_id
            )
        for held in GroupCollectionPermission.objects.filter(group=office.group):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection_id=held.collection_id, permission_id=held.permission_id
            )


class Migration(migrations.Migration):
    dependencies = [
        ("sites", "0006_site_operation"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rolegroup",
            name="role",
            field=models.CharField(
                choices=[
                    ("reporter", "Reporter"),
                    ("editor", "Editor"),
                    ("secretary", "Secretary"),
                    ("chief", "Chief editor"),
                    ("site_admin", "Site administrator"),
                    ("auditor", "Auditor"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunPython(make_offices, migrations.RunPython.noop),
    ]
