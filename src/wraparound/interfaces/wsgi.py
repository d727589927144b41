"""The web process."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from wraparound.interfaces.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wraparound.interfaces.settings")
application = get_wsgi_application()
refuse_unsafe_start()
