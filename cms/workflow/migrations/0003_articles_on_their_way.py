"""Give every article that waits at a gate its turn: it has the usual time from now on."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

STEPLEN = 4
USUAL = timedelta(days=4)


def make_turns(apps, schema_editor):
    Department = apps.get_model("sites", "Department")
    Gate = apps.get_model("workflow", "Gate")
    Page = apps.get_model("wagtailcore", "Page")
    TaskState = apps.get_model("wagtailcore", "TaskState")
    Turn = apps.get_model("workflow", "Turn")
    homes = {
        department.site.root_page.path: department
        for department in Department.objects.select_related("site__root_page")
    }
    roles = dict(Gate.objects.values_list("pk", "role"))
    waiting = TaskState.objects.filter(status="in_progress", task_id__in=roles)
    for state in waiting.select_related("workflow_state").iterator():
        page = Page.objects.filter(pk=state.workflow_state.object_id).first()
        department = homes.get(page.path[: 2 * STEPLEN]) if page else None
        if department is not None:
            Turn.objects.create(
                department=department,
                task_state=state,
                page=page,
                role=roles[state.task_id],
                due_at=timezone.now() + USUAL,
            )


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0002_turns"),
        ("sites", "0007_secretary"),
    ]

    operations = [migrations.RunPython(make_turns, migrations.RunPython.noop)]
