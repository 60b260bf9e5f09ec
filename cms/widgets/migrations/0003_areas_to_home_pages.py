"""A department's area becomes the area of its home page.

Of its own, because PostgreSQL alters no table whose rows were changed before in
the same transaction. The stored widgets are not touched.
"""

from typing import Any

from django.db import migrations


def hang_on_home_pages(apps: Any, schema_editor: Any) -> None:
    areas = apps.get_model("widgets", "WidgetArea").objects.using(schema_editor.connection.alias)
    for pk, home in areas.filter(page=None).values_list("pk", "department__site__root_page"):
        areas.filter(pk=pk).update(page=home)


class Migration(migrations.Migration):
    dependencies = [("widgets", "0002_areas_inherit")]

    operations = [migrations.RunPython(hang_on_home_pages, migrations.RunPython.noop)]
