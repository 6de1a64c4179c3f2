"""Who calls what, while .ci/contract asks the service.

An owner, a member, a steward or a moderator calls nearly everything of theirs.
What would end the session that it is called with, or count as failed sign-ins
of its account, is called by an account or pass of its own (offices here, the
others in peers.py). Half of the right ids are those of things that are there.
"""

import atexit
import hashlib
import os
import threading
import time
import urllib.error

import schemathesis
from asking import ask
from peers import Members, Moderators, Passes, Things

AUDIENCE = os.environ["CONTRACT_AUDIENCE"]
# As in the document's examples, so that signing in, stepping up and changing
# the password succeed, too.
PASSWORD = "four lanterns by the river"
CHANGED = "a kettle sings at dawn"
# Access tokens live for 5 minutes, a step-up for 10.
SIGNED_IN_FOR_S = 240
# Each by an account of its own, that signs in again once its session has ended.
APART = {
    "revoke_office_token",
    "revoke_all_office_tokens",
    "step_up_office_session",
    "change_office_password",
    "change_office_email",
    "confirm_office_email",
    "create_office_totp",
    "confirm_office_totp",
    "delete_office_totp",
    "replace_office_recovery_codes",
}


class Accounts:
    """Tokens by account, each enrolled the first time that it is asked for."""

    def __init__(self):
        self.lock = threading.RLock()
        self.tokens = {}

    def token(self, name):
        with self.lock:
            token, until = self.tokens.get(name, (None, 0))
            if time.monotonic() >= until:
                token = self.enrol(name) if token is None else self.sign_in(name)
                self.tokens[name] = (token, time.monotonic() + SIGNED_IN_FOR_S)
            return token

    def ended(self, name):
        with self.lock:
            if name in self.tokens:
                self.tokens[name] = (self.tokens[name][0], 0)

    def sign_in(self, name):
        for password in (PASSWORD, CHANGED):
            body = {"email": f"{name}@example.org", "password": password}
            try:
                return ask("POST", "/v1/auth/office/token", body)["access_token"]
            except urllib.error.HTTPError as error:
                if error.code != 401:
                    raise
        raise RuntimeError(f"{name} cannot sign in")

    def enrol(self, name):
        if name == "owner":
            invitation = os.environ["CONTRACT_INVITATION"]
            # The second run finds the account there.
            if os.path.exists("enrolled"):
                return self.sign_in(name)
            open("enrolled", "w").close()
        else:
            body = {"email": f"{name}@example.org", "role": "owner"}
            path = "/v1/intergroups/lantern/invitations"
            invitation = ask("POST", path, body, self.token("owner"))["invitation"]
        body = {"invitation": invitation, "password": PASSWORD}
        return ask("POST", "/v1/auth/office/enrol", body)["access_token"]


class Directory:
    """Ids of things that are there, looked up again now and then."""

    def __init__(self):
        self.lock = threading.Lock()
        self.ids = {}
        self.calls = 0

    def of(self, kind):
        with self.lock:
            if self.calls % 50 == 0:
                self.look()
            self.calls += 1
            return self.ids.get(kind, [])

    def look(self):
        meetings = ask("GET", "/v1/intergroups/lantern/meetings?limit=100", token=ACCOUNTS.token("owner"))["data"]
        self.ids["meetings"] = [meeting["id"] for meeting in meetings]
        for kind in ("groups", "locations", "regions"):
            self.ids[kind] = [one["id"] for one in ask("GET", f"/v1/{kind}?limit=100")["data"]]
        self.ids["intergroups"] = ["lantern"]


ACCOUNTS = Accounts()
DIRECTORY = Directory()
MEMBERS = Members()
PASSES = Passes(MEMBERS)
MODERATORS = Moderators()
CALLERS = {"office": ACCOUNTS, "member": MEMBERS, "circle": PASSES, "moderator": MODERATORS}.get(AUDIENCE)
THINGS = Things(PASSES, MODERATORS if AUDIENCE == "moderator" else None)
# How many requests there were: .ci/contract asks for a least number.
COUNT = [0]
atexit.register(lambda: open(f"count-{AUDIENCE}", "w").write(str(COUNT[0])))


def operation_id(operation):
    return (operation.definition.raw or {}).get("operationId", "")


def caller(operation):
    name = operation_id(operation)
    if AUDIENCE == "office":
        return name if name in APART else "owner"
    if AUDIENCE == "circle" and name in PASSES.of_authors:
        return name
    return name if name in CALLERS.apart else {"member": "member", "circle": "pass", "moderator": "moderator"}[AUDIENCE]


def needs_token(operation):
    """Whoever joins, signs in or reads the public directory sends none."""
    return CALLERS is not None and any((operation.definition.raw or {}).get("security", []))


# What is cached, and until when, is in Accounts.
@schemathesis.auth(refresh_interval=None)
class Token:
    def get(self, case, context):
        return CALLERS.token(caller(context.operation)) if needs_token(context.operation) else None

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


def picked(value):
    return int.from_bytes(hashlib.sha256(repr(value).encode()).digest()[:4], "big")


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Half of the ids are of things that are there."""
    if not path_parameters or not context.operation:
        return path_parameters
    if AUDIENCE in ("circle", "moderator"):
        for name, value in path_parameters.items():
            known, pick = THINGS.of(name), picked(value)
            # What a device makes is at an address that it drew.
            if known and pick % 2 and operation_id(context.operation) not in PASSES.makes:
                path_parameters[name] = known[pick // 2 % len(known)]
        return path_parameters
    parts = context.operation.path.strip("/").split("/")
    for name, value in path_parameters.items():
        # A slug that looks like an id leads to the office's own operation.
        at = parts.index("{%s}" % name) if name.endswith("id") and "{%s}" % name in parts else 0
        known = DIRECTORY.of(parts[at - 1]) if at else []
        pick = picked(value)
        if known and pick % 2:
            path_parameters[name] = known[pick // 2 % len(known)]
    return path_parameters


@schemathesis.hook
def map_headers(context, headers):
    """Half of the changes name the version that is there."""
    for name, value in (headers or {}).items():
        if name.lower() == "if-match" and hashlib.sha256(repr(value).encode()).digest()[0] % 2:
            headers[name] = "*"
    return headers


@schemathesis.hook
def map_body(context, body):
    """An office that asks for an authenticator would keep the owner out; so would
    whoever guesses at our callers' passwords: the tool reuses addresses that it
    was told, and each failure makes the next attempt wait longer."""
    if not isinstance(body, dict):
        return body
    if body.get("require_totp") is True:
        body["require_totp"] = False
    if not needs_token(context.operation) and str(body.get("email")).endswith("@example.org"):
        body["email"] = "stranger@example.org"
    return body


@schemathesis.hook
def after_call(context, case, response):
    COUNT[0] += 1
    name = caller(case.operation) if CALLERS else None
    if name and response.status_code == 401:
        CALLERS.ended(name)
    if AUDIENCE == "moderator" and response.status_code == 201 and "recovery_codes" in response.text:
        MODERATORS.learnt(name, response.json())
