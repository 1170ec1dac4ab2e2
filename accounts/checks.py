"""What must hold of the settings before the site may run."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

# 网络安全法 (Cybersecurity Law), Article 21: network logs are kept for six months at least.
LEAST_RETENTION_DAYS = 183


@register
def audit_retention(**_: Any) -> list[Error]:
    if settings.AUDIT_RETENTION_DAYS >= LEAST_RETENTION_DAYS:
        return []
    return [
        Error(
            f"AUDIT_RETENTION_DAYS is {settings.AUDIT_RETENTION_DAYS}, the least is"
            f" {LEAST_RETENTION_DAYS}.",
            hint="The record of events is kept for six months or longer.",
            id="accounts.E001",
        )
    ]
