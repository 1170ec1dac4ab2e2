"""What accounts tells the apps above it, without knowing them."""

from django.dispatch import Signal

# Sent inside the transaction of the change. Argument: organization_ids (frozenset[int]), those
# whose own list of candidates may look different now.
restrictions_changed = Signal()
# Sent inside the transaction that changed the row. Argument: organization_id (int).
organization_suspended = Signal()
organization_reinstated = Signal()
