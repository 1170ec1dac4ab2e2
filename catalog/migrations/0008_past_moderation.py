"""The record of moderation as far as revisions still tell it."""

from django.db import migrations

_DECIDED = {"approved": "published", "returned": "returned"}


def enter_past_steps(apps, _editor):
    """Write down what revisions still tell of their submission and of the last decision."""
    revisions = apps.get_model("catalog", "Revision")
    entry = apps.get_model("catalog", "ModerationEntry")
    rows = revisions.objects.filter(submitted_at__isnull=False, decided_by__isnull=False)
    waiting = revisions.objects.filter(state="submitted")
    fresh = []
    for row in (rows | waiting).select_related("listing__organization").iterator(2000):
        park = row.listing.organization.park_id
        shared = {"revision_id": row.pk, "submitted_at": row.submitted_at, "park_id": park}
        fresh.append(
            entry(kind="submitted", at=row.submitted_at, by_id=row.created_by_id, **shared)
        )
        if row.state in _DECIDED and row.decided_at:
            fresh.append(
                entry(
                    kind=_DECIDED[row.state],
                    at=row.decided_at,
                    by_id=row.decided_by_id,
                    text=row.reason,
                    **shared,
                )
            )
    entry.objects.bulk_create(fresh, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_moderation_desk")]

    operations = [migrations.RunPython(enter_past_steps, migrations.RunPython.noop)]
