"""Pages of the site as a whole."""

from tests.matrix.subjects import SITEMAP
from tests.matrix.table import PUBLIC, Row, done, moved, see

ROWS = (
    Row("home", get=see(all="-"), denied=PUBLIC),
    Row(
        "set_language",
        post=moved(anonymous="-") + done(signed_in="-"),
        data={"language": "zh-hans", "next": "/"},
    ),
    Row("favicon", get=moved(all="-"), denied=PUBLIC),
    Row("robots", get=see(all="-"), denied=PUBLIC),
    Row("sitemap", get=see(all="-"), denied=PUBLIC),
    Row("sitemap_section", of=SITEMAP, get=see(all="-"), denied=PUBLIC),
    # How the machine fares is for those who run it.
    Row("healthz", get=see(clerk="-", admin="-"), denied=PUBLIC),
)
