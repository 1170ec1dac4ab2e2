"""Pages of the site as a whole."""

from tests.matrix.table import PUBLIC, Row, done, moved, see

ROWS = (
    Row("home", get=see(all="-"), denied=PUBLIC),
    Row(
        "set_language",
        post=moved(anonymous="-") + done(signed_in="-"),
        data={"language": "zh-hans", "next": "/"},
    ),
    # How the machine fares is for those who run it.
    Row("healthz", get=see(clerk="-", admin="-"), denied=PUBLIC),
)
