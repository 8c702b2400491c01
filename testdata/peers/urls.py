import json
import sys
from urllib.parse import parse_qs

for line in sys.stdin:
    form = parse_qs(line.rstrip("\n"))
    status = json.loads(form.get("status", ["{}"])[0])
    for kind in "videos", "audios":
        for output in status.get(kind, []):
            if output["url"]:
                print(output["url"])
