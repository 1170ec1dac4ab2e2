from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Frozen here, so that version 1 means the same whenever a database is made.
WEIGHTS = {
    "scenario": 20,
    "technical": 20,
    "industry": 18,
    "budget": 12,
    "dates": 8,
    "after_sales": 7,
    "integration": 6,
    "outcomes": 4,
    "certifications": 3,
    "maturity": 2,
    "domestic": 0,
}


def create_first_weights(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("matchmaking", "WeightSet").objects.get_or_create(
        version=1,
        defaults={
            "weights": WEIGHTS,
            "is_serving": True,
            "note": "初始权重：专家估计",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("matchmaking", "0001_initial")]

    operations = [migrations.RunPython(create_first_weights, migrations.RunPython.noop)]
