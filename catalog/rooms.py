"""Room on this app's pages for the app above it, which it must not import."""

from accounts.panels import PanelRoom
from catalog.models import Listing

need_page = PanelRoom[Listing]()
