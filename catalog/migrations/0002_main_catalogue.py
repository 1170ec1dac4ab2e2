from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def create_main_catalogue(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    catalogue = apps.get_model("catalog", "Catalogue")
    catalogue.objects.get_or_create(
        code="main", defaults={"name_zh": "智配供需库", "name_en": "Zhipei catalogue"}
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunPython(create_main_catalogue, migrations.RunPython.noop)]
