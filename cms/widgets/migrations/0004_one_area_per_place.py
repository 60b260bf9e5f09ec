from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("widgets", "0003_areas_to_home_pages")]

    operations = [
        migrations.AddConstraint(
            model_name="widgetarea",
            constraint=models.UniqueConstraint(
                fields=("page", "slot"), name="one_area_per_page_and_slot"
            ),
        ),
        migrations.AddConstraint(
            model_name="widgetarea",
            constraint=models.UniqueConstraint(
                condition=models.Q(("page", None)),
                fields=("slot",),
                name="one_provincial_area_per_slot",
            ),
        ),
    ]
