from django.db import migrations


def take_over(apps, schema_editor):
    """Make each shared tag of a picture or file a tag of the department that it lies with."""
    TaggedItem = apps.get_model("taggit", "TaggedItem")
    MediaTag = apps.get_model("media", "MediaTag")
    TaggedMedia = apps.get_model("media", "TaggedMedia")
    ContentType = apps.get_model("contenttypes", "ContentType")
    Department = apps.get_model("sites", "Department")
    departments = {
        department.collection.path: department
        for department in Department.objects.select_related("collection")
    }
    for model_name in ("senimage", "sendocument"):
        content_type = ContentType.objects.filter(app_label="media", model=model_name).first()
        if content_type is None:
            continue
        paths = dict(
            apps.get_model("media", model_name).objects.values_list("pk", "collection__path")
        )
        old = TaggedItem.objects.filter(content_type=content_type).select_related("tag")
        for item in old:
            if item.object_id not in paths:
                continue
            tag, _ = MediaTag.objects.get_or_create(
                department=departments.get(paths[item.object_id][:8]),
                name=item.tag.name,
                defaults={"slug": item.tag.slug},
            )
            TaggedMedia.objects.get_or_create(
                tag=tag, content_type=content_type, object_id=item.object_id
            )
        old.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0003_department_tags"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("taggit", "0001_initial"),
        ("sites", "0002_province"),
    ]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
