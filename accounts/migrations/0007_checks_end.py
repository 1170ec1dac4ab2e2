"""Checks have a last day. Those made before count for a year from now."""

from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def give_a_year(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    until = timezone.localdate() + timedelta(days=365)
    organizations = apps.get_model("accounts", "Organization").objects
    organizations.filter(verified_at__isnull=False).update(verified_until=until)
    apps.get_model("accounts", "Verification").objects.update(valid_until=until)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_consent_and_erasure")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="verified_until",
            field=models.DateField(blank=True, null=True, verbose_name="核验有效期至"),
        ),
        migrations.AddField(
            model_name="verification",
            name="valid_until",
            field=models.DateField(null=True, verbose_name="有效期至"),
        ),
        migrations.RunPython(give_a_year, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="verification",
            name="valid_until",
            field=models.DateField(verbose_name="有效期至"),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(verified_at__isnull=True, verified_until__isnull=True)
                | models.Q(verified_at__isnull=False, verified_until__isnull=False),
                name="organization_verified_until_a_day",
            ),
        ),
    ]
