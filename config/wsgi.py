"""The web server's way in."""

import os
import signal

from django.core.wsgi import get_wsgi_application

from config import lifeline
from matchmaking.collecting import collect_rarely
from matchmaking.stack import with_room
from matchmaking.warming import warm

lifeline.follow_parent_under_the_local_runner(signal.SIGKILL)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = with_room(get_wsgi_application())
# What-if keeps facts too.
collect_rarely()
warm(application)
