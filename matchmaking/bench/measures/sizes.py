"""What the catalogue takes on disk, table by table and index by index."""

from matchmaking.bench import schema
from matchmaking.bench.building import RECALL_MODELS, Plan
from matchmaking.bench.stages import Figures

MEGABYTE = 1024 * 1024
_LARGEST = 24


def measure(plan: Plan) -> Figures:
    """Return bytes in MB; the whole also for a million listings at the same bytes each."""
    tables = schema.table_sizes()
    whole = sum(sum(parts.values()) for parts in tables.values())
    listings = plan.sizes.solutions + plan.sizes.needs
    megabytes = {
        f"{table}.{part}": round(size / MEGABYTE, 1)
        for table, parts in tables.items()
        for part, size in parts.items()
        if size > MEGABYTE
    }
    largest = dict(sorted(megabytes.items(), key=lambda item: -item[1])[:_LARGEST])
    lists = sum(tables["matchmaking_match"].values())
    hot = sum(sum(tables[model._meta.db_table].values()) for model in RECALL_MODELS)
    plan.say(
        f"  {whole / MEGABYTE:,.0f} MB on disk, {whole / listings:,.0f} bytes a listing;"
        f" {lists / MEGABYTE:,.0f} MB of it lists"
    )
    return {
        "disk_mb": round(whole / MEGABYTE, 1),
        "disk_gb_per_million": round(whole / listings * 1e6 / 1024**3, 2),
        # What a search and a score read, all of it.
        "hot_mb": round(hot / MEGABYTE, 1),
        "lists_mb": round(lists / MEGABYTE, 1),
        "hnsw_mb": sum(size for name, size in megabytes.items() if name.endswith("_meaning")),
        "largest_mb": largest,
    }
