"""A side's list of matches is its own: the other side, moderators and strangers find nothing."""

from typing import Any

from catalog.choices import ListingKind
from tests.matrix.roles import Role
from tests.matrix.subjects import (
    ACCEPTED_INTRODUCTION,
    DISTRICT,
    INTRODUCTION,
    NEED,
    PAIR,
    PICTURE,
    RELATION,
    SOLUTION,
)
from tests.matrix.table import (
    API,
    EDITORS,
    MEMBERS,
    PUBLIC,
    SIGNED_IN,
    Row,
    done,
    forbidden,
    moved,
    refused,
    see,
)
from tests.matrix.world import Standing, World

_LISTS = {"members": "oad", "admin": "oadOADP"}
# Drafts and archived listings have no list to print: their page says so.
_PAPER = see(members="o", admin="oOP") + moved(members="ad", admin="adAD")
# Of a draft that was never submitted there is nothing to wait for.
_STATUS = see(members="oa", admin="oaOAP") + moved(members="d", admin="dD")
_RESCORE = done(writers="oad", admin="oadOADP") + forbidden(viewers="oad")
# Drafts and archived listings have no list to hand to a program.
_PROGRAMS = see(members="o", admin="oOP") + refused(members="ad", admin="adAD")


def _two(world: World, role: Role) -> dict[str, Any]:
    """One's own published listing, and one of the other kind that another published."""
    home = world.home(role)
    mine, other = ListingKind.NEED, ListingKind.SOLUTION
    if role.name.startswith("VENDOR"):
        mine, other = other, mine
    return {
        mine.value: world.listing(home, mine, Standing.PUBLISHED).public_id,
        other.value: world.listing(world.other, other, Standing.PUBLISHED).public_id,
    }


ROWS = (
    Row(
        "matchmaking:district",
        of=DISTRICT,
        get=see(officer="o", other_officer="P", admin="oP"),
        denied=SIGNED_IN,
    ),
    Row("matchmaking:introduce_to_need", of=NEED, get=see(writers="OP"), denied=EDITORS),
    Row("matchmaking:introduce_to_solution", of=SOLUTION, get=see(writers="OP"), denied=EDITORS),
    Row("matchmaking:introduction_begin", post=done(writers="-"), data=_two, denied=EDITORS),
    Row("matchmaking:introduction_list", get=see(members="-"), denied=MEMBERS),
    Row("matchmaking:introduction_detail", of=INTRODUCTION, get=see(members="o"), denied=MEMBERS),
    Row("matchmaking:introduction_accept", of=INTRODUCTION, post=done(writers="o"), denied=EDITORS),
    Row(
        "matchmaking:introduction_decline", of=INTRODUCTION, post=done(writers="o"), denied=EDITORS
    ),
    Row(
        "matchmaking:introduction_confirm",
        of=ACCEPTED_INTRODUCTION,
        post=done(writers="o"),
        denied=EDITORS,
    ),
    Row(
        "matchmaking:introduction_withdraw",
        of=ACCEPTED_INTRODUCTION,
        post=done(writers="o"),
        denied=EDITORS,
    ),
    Row("matchmaking:pictures", get=see(all="-"), denied=PUBLIC),
    Row("matchmaking:picture", of=PICTURE, get=see(all="-"), denied=PUBLIC),
    Row("matchmaking:picture_sheet", of=PICTURE, get=see(all="-"), denied=PUBLIC),
    Row("matchmaking:relation_queue", get=see(park="-", other_park="-", admin="-")),
    Row(
        "matchmaking:relation",
        of=RELATION,
        get=see(park="o", other_park="P", admin="oP"),
        post=done(park="o", other_park="P", admin="oP"),
        data={"confirmed": "no", "words": "同名不同人"},
    ),
    Row("matchmaking:need_matches", of=NEED, get=see(**_LISTS), denied=PUBLIC),
    Row("matchmaking:need_matches_pdf", of=NEED, get=_PAPER, denied=PUBLIC),
    Row("matchmaking:need_matches_status", of=NEED, get=_STATUS, denied=PUBLIC),
    Row("matchmaking:need_excluded", of=NEED, get=see(**_LISTS), denied=PUBLIC),
    Row("matchmaking:what_if", of=NEED, get=see(members="od"), denied=PUBLIC),
    Row("matchmaking:need_fitting", of=NEED, get=see(members="od"), denied=PUBLIC),
    Row("matchmaking:rescore_need", of=NEED, post=_RESCORE, denied=PUBLIC),
    Row("matchmaking:pair", of=PAIR, get=see(**_LISTS), denied=PUBLIC),
    Row("matchmaking:completeness", of=SOLUTION, get=see(members="od"), denied=PUBLIC),
    Row("matchmaking:pair_pdf", of=PAIR, get=_PAPER, denied=PUBLIC),
    Row("matchmaking:solution_matches_pdf", of=SOLUTION, get=_PAPER, denied=PUBLIC),
    Row("matchmaking:solution_matches", of=SOLUTION, get=see(**_LISTS), denied=PUBLIC),
    Row("matchmaking:solution_matches_status", of=SOLUTION, get=_STATUS, denied=PUBLIC),
    Row("matchmaking:solution_excluded", of=SOLUTION, get=see(**_LISTS), denied=PUBLIC),
    Row("matchmaking:rescore_solution", of=SOLUTION, post=_RESCORE, denied=PUBLIC),
    Row("api:need_matches", of=NEED, get=_PROGRAMS, denied=API),
    Row("api:pair", of=PAIR, get=_PROGRAMS, denied=API),
    Row("api:solution_matches", of=SOLUTION, get=_PROGRAMS, denied=API),
    # The description of the API is no secret; what it describes is.
    Row("api:schema", get=see(all="-"), denied=PUBLIC),
)
