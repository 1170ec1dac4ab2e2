"""What catalog tells the apps above it, without knowing them."""

from django.dispatch import Signal

# Sent inside the transaction that raised wanted_version; receivers do their work on commit.
# Arguments: wanted (listing id -> version), reason (str).
scoring_wanted = Signal()
# A listing left the halls: its matches no longer stand. Argument: listing_id (int).
listing_withdrawn = Signal()
