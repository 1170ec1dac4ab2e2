"""A side's list of matches is its own: the other side, moderators and strangers find nothing."""

from tests.matrix.subjects import DISTRICT, NEED, PAIR, SOLUTION
from tests.matrix.table import API, PUBLIC, SIGNED_IN, Row, done, forbidden, moved, refused, see

_LISTS = {"members": "oad", "admin": "oadOADP"}
# Of a draft that was never submitted there is nothing to wait for.
_STATUS = see(members="oa", admin="oaOAP") + moved(members="d", admin="dD")
_RESCORE = done(writers="oad", admin="oadOADP") + forbidden(viewers="oad")
# Drafts and archived listings have no list to hand to a program.
_PROGRAMS = see(members="o", admin="oOP") + refused(members="ad", admin="adAD")

ROWS = (
    Row(
        "matchmaking:district",
        of=DISTRICT,
        get=see(officer="o", other_officer="P", admin="oP"),
        denied=SIGNED_IN,
    ),
    Row("matchmaking:need_matches", of=NEED, get=see(**_LISTS), denied=PUBLIC),
    Row("matchmaking:need_matches_status", of=NEED, get=_STATUS, denied=PUBLIC),
    Row("matchmaking:need_excluded", of=NEED, get=see(**_LISTS), denied=PUBLIC),
    Row("matchmaking:what_if", of=NEED, get=see(members="od", admin="odODP"), denied=PUBLIC),
    Row("matchmaking:rescore_need", of=NEED, post=_RESCORE, denied=PUBLIC),
    Row("matchmaking:pair", of=PAIR, get=see(**_LISTS), denied=PUBLIC),
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
