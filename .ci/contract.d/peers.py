"""Members, passes and moderators that call the service for .ci/contract.

Each caller has a name: the common one, or that of an operation that ends its
own session, pass or account and so gets one of its own. Tokens are refreshed
before they run out; whoever was ended signs in again or, where there is nothing
left to sign in to, is made anew.
"""

import base64
import datetime
import hashlib
import hmac
import json
import os
import struct
import threading
import time
import urllib.error

from asking import ask

PASSWORD = "four lanterns by the river"
CHANGED = "a kettle sings at dawn"
# An access token of a member or pass lives for 15 minutes, a moderator's for 5.
FRESH_FOR_S = {"member": 600, "circle": 600, "moderator": 200}


def device_key():
    return base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()


class Callers:
    """Sessions by name, kept fresh."""

    audience = ""

    def __init__(self):
        self.lock = threading.RLock()
        self.sessions = {}

    def token(self, name):
        with self.lock:
            held = self.sessions.get(name)
            if held is None:
                held = self.make(name)
            elif held.get("ended"):
                held = self.again(name, held)
            elif time.monotonic() >= held["until"]:
                held = self.refresh(name, held)
            self.sessions[name] = held
            return held["access_token"]

    def ended(self, name):
        with self.lock:
            if name in self.sessions:
                self.sessions[name]["ended"] = True

    def held(self, pair, **more):
        until = time.monotonic() + FRESH_FOR_S[self.audience]
        return {**{k: pair[k] for k in ("access_token", "refresh_token")}, "until": until, **more}

    def refresh(self, name, held):
        body = {"refresh_token": held["refresh_token"]}
        more = {k: v for k, v in held.items() if k not in ("access_token", "refresh_token", "until", "ended")}
        try:
            return self.held(ask("POST", f"/v1/auth/{self.audience}/refresh", body), **more)
        except urllib.error.HTTPError:
            return self.again(name, held)

    def again(self, name, held):
        try:
            pair = ask("POST", f"/v1/auth/{self.audience}/token", self.proof(held))
        except urllib.error.HTTPError as error:
            if error.code not in (401, 422):
                raise
            return self.make(name)
        more = {k: v for k, v in held.items() if k not in ("access_token", "refresh_token", "until", "ended")}
        return self.held(pair, **more)


class Members(Callers):
    audience = "member"
    # Each ends the session or the account that it is called with.
    apart = {"revoke_member_token", "revoke_all_member_tokens", "delete_member", "replace_member_key"}

    def make(self, name):
        key = device_key()
        made = ask("POST", "/v1/members", {"auth_key": key})
        return self.held(made, auth_key=key, vouchers=made["vouchers"])

    def proof(self, held):
        return {"auth_key": held["auth_key"]}

    def voucher(self):
        """One that nobody used: of an account made for it."""
        return ask("POST", "/v1/members", {"auth_key": device_key()})["vouchers"][0]


class Passes(Callers):
    audience = "circle"
    # Signing out, leaving, and removing others, each in a circle of its own.
    apart = {"revoke_circle_token", "revoke_all_circle_tokens", "delete_own_pass", "remove_pass", "share_circle_care"}
    makes = {"put_check_in", "put_goal", "put_milestone", "put_report"}
    # What belongs to the author of a story.
    of_authors = {"get_own_story", "update_own_story", "delete_own_story"}

    def __init__(self, members):
        super().__init__()
        self.members = members

    def make(self, name):
        key = device_key()
        body = {"voucher": self.members.voucher(), "pass_key": key, "agreement_version": 1, "adult": True}
        if name in self.of_authors:
            story = {"topic": "social_pressure", "language": "en", "title": "Weddings", "words": "I hold a glass."}
            body = {"voucher": body["voucher"], "pass_key": key, **story}
            return self.held(ask("POST", "/v1/stories", body), pass_key=key)
        made = ask("POST", "/v1/circles", body)
        held = self.held(made, pass_key=key)
        self.write(held["access_token"])
        self.join(held["access_token"])
        return held

    def join(self, token):
        """A peer, who writes, too."""
        code = ask("POST", "/v1/circles/self/invitations", None, token)["code"]
        body = {"invitation": code, "pass_key": device_key(), "agreement_version": 1, "adult": True}
        self.write(ask("POST", "/v1/passes", body)["access_token"])

    def write(self, token):
        """One thing of each kind."""
        today = datetime.datetime.now(datetime.timezone.utc).date()
        week = "{0}-W{1:02}".format(*today.isocalendar()[:2])
        makes = {"If-None-Match": "*"}
        ask("PUT", f"/v1/check-ins/{today}", {"kinds": ["today"], "words": "Here"}, token, makes)
        ask("PUT", f"/v1/goals/{uuid4()}", {"week": week, "words": "Three meetings"}, token, makes)
        ask("PUT", f"/v1/milestones/{uuid4()}", {"kind": "time", "label": "90 days"}, token, makes)

    def proof(self, held):
        return {"pass_key": held["pass_key"]}


class Moderators(Callers):
    audience = "moderator"
    apart = {
        "revoke_moderator_token",
        "revoke_all_moderator_tokens",
        "step_up_moderator_session",
        "change_moderator_password",
        "create_moderator_totp",
        "confirm_moderator_totp",
        "delete_moderator_totp",
        "replace_moderator_recovery_codes",
    }
    # Without a second factor of theirs there is one to set up.
    without = {"create_moderator_totp", "confirm_moderator_totp"}

    def __init__(self):
        super().__init__()
        self.invitations = json.loads(os.environ.get("CONTRACT_MODERATORS", "{}"))

    def make(self, name):
        body = {"invitation": self.invitations[name], "password": PASSWORD}
        held = self.held(ask("POST", "/v1/auth/moderator/enrol", body), name=name, password=PASSWORD, codes=[])
        return self.proven(held)

    def proven(self, held):
        """Recovery codes stand for the app, so that nobody waits for its next code."""
        if held["name"] in self.without:
            return held
        token = held["access_token"]
        if not ask("GET", "/v1/auth/moderator/account", None, token)["has_totp"]:
            secret = ask("POST", "/v1/auth/moderator/totp", None, token)["secret"]
            confirmed = ask("POST", "/v1/auth/moderator/totp/confirm", {"code": shown(secret)}, token)
        else:
            confirmed = ask("POST", "/v1/auth/moderator/recovery-codes", None, token)
        held["codes"] = confirmed["recovery_codes"]
        return held

    def again(self, name, held):
        for password in (PASSWORD, CHANGED):
            for code in ([held["codes"].pop()] if held["codes"] else []) + [None]:
                body = {"email": f"{name}@example.org", "password": password}
                if code:
                    body["code"] = code
                try:
                    pair = self.sign_in(body)
                except urllib.error.HTTPError as error:
                    if error.code != 401:
                        raise
                    continue
                return self.proven(self.held(pair, name=name, password=password, codes=held["codes"]))
        raise RuntimeError(f"{name} cannot sign in")

    def sign_in(self, body):
        """Once more after the wait that it is told."""
        try:
            return ask("POST", "/v1/auth/moderator/token", body)
        except urllib.error.HTTPError as error:
            if error.code != 429:
                raise
            time.sleep(float(error.headers["Retry-After"]))
            return ask("POST", "/v1/auth/moderator/token", body)

    def learnt(self, name, answer):
        """The codes of an answer are those that are good now."""
        with self.lock:
            self.sessions[name]["codes"] = answer["recovery_codes"]


def shown(secret):
    """What an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def uuid4():
    import uuid

    return uuid.uuid4()


class Things:
    """Ids of things in the common caller's circle, looked up again now and then."""

    def __init__(self, passes, moderators):
        self.passes, self.moderators = passes, moderators
        self.ids, self.calls = {}, 0
        self.lock = threading.Lock()

    def of(self, name):
        with self.lock:
            if self.calls % 50 == 0:
                self.look()
            self.calls += 1
            return self.ids.get(name, [])

    def look(self):
        if self.moderators:
            # A story that is new waits to be looked at.
            for _ in range(3):
                self.passes.make("get_own_story")
            queue = ask("GET", "/v1/moderation/queue", None, self.moderators.token("moderator"))
            self.ids["report_id"] = [one["id"] for one in queue["data"]]
            return
        token = self.passes.token("pass")
        today = datetime.datetime.now(datetime.timezone.utc).date()
        week = "{0}-W{1:02}".format(*today.isocalendar()[:2])
        for name, path in {
            "check_in_id": f"/v1/check-ins?from={today}&to={today}",
            "goal_id": f"/v1/goals?week={week}",
            "milestone_id": "/v1/milestones",
            "invitation_id": "/v1/circles/self/invitations",
        }.items():
            self.ids[name] = [one["id"] for one in ask("GET", path, None, token)["data"]]
        circle = ask("GET", "/v1/circles/self", None, token)
        self.ids["date"] = [str(today)]
        self.ids["pass_id"] = [one["id"] for one in circle["passes"]]
