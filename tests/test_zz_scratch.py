from tests.committed import _django_db_marker, _the_world
import pytest, time, collections, traceback, re, os
from tests.addresses import every_address, Browsers
from tests.wall_table import ROWS
from django.db import connection
from wraparound.foundation.partners.roles import Role
pytestmark = pytest.mark.django_db(transaction=True)
A = every_address()
def test_a(committed_world):
    world = committed_world
    browsers = Browsers(a for _, a in world.cast.everyone())
    for name in sorted(ROWS):
        row = ROWS[name]
        if name not in A or row.door != "roles" or not row.gets: continue
        best = (-1,)
        for r in sorted(row.openers("GET")):
            path = A[name].filled({p: world.thing(k, r) for p, k in row.takes.items()})
            c = browsers.of(world.insider(r)); c.raise_request_exception = False
            c.get(path)
            seen = collections.Counter()
            def wrap(execute, sql, params, many, context):
                st = [f"{f.filename.split('wraparound/')[-1]}:{f.lineno}:{f.name}" for f in traceback.extract_stack() if "src/wraparound" in f.filename and "web.py" not in f.filename and "sessions.py" not in f.filename and "headers" not in f.filename and "once.py" not in f.filename and "stops.py" not in f.filename]
                m = re.search(r'FROM "(\w+)"|INTO "(\w+)"|UPDATE "(\w+)"', sql)
                seen[(m.group(0) if m else sql[:40], " < ".join(reversed(st[-5:])))] += 1
                return execute(sql, params, many, context)
            t = time.process_time()
            with connection.execute_wrapper(wrap):
                c.get(path)
            best = max(best, (sum(seen.values()), r, time.process_time() - t, seen), key=lambda x: x[0])
        print("=====", name, best[0], best[1], "%.3f" % best[2])
        if best[0] > 14:
            for (sql, st), n in sorted(best[3].items(), key=lambda x: x[0][1]): print("  ", n, sql, st[:250])
