"""One request to the service that .ci/contract started."""

import json
import os
import urllib.request

URL = os.environ["CONTRACT_URL"]


def ask(method, path, body=None, token=None, headers=None):
    request = urllib.request.Request(URL + path, method=method)
    request.add_header("Content-Type", "application/json")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, data, timeout=30) as answer:
        return json.load(answer)
