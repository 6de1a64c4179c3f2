#!/usr/bin/env python3
"""What two people's apps do, from the first account to the last goodbye.

    openchair demo &
    examples/circle_story.py http://127.0.0.1:8080

Two devices talk to the service as an app would: each makes an account that
knows nobody, one starts a circle, the other joins it by an invitation, and
they keep each other company. Every step is printed and checked; the
first answer that is not as the documents say ends it with exit code 1. Nothing
but Python's own library is needed.
"""

import base64
import datetime
import hashlib
import hmac
import json
import secrets
import sys
import urllib.error
import urllib.request
import uuid

SUPPORT = {"href": "/v1/help-lines"}


def derive(code: bytes, info: str) -> str:
    """32 bytes of HKDF-SHA256 (RFC 5869) without salt, in base64url."""
    extracted = hmac.new(bytes(32), code, hashlib.sha256).digest()
    expanded = hmac.new(extracted, info.encode() + b"\x01", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(expanded).rstrip(b"=").decode()


class Device:
    """A phone: it makes the recovery code, which never leaves it."""

    def __init__(self, base, name):
        self.base, self.name = base, name
        self.code = secrets.token_bytes(16)
        self.passes = 0
        self.member = self.circle = None

    def ask(self, method, path, body=None, token=None, headers=None, expect=200):
        request = urllib.request.Request(self.base + path, method=method)
        data = None
        if isinstance(body, bytes):
            data = body
            request.add_header("Content-Type", "application/octet-stream")
        elif body is not None:
            data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        for key, value in (headers or {}).items():
            request.add_header(key, value)
        try:
            with urllib.request.urlopen(request, data, timeout=30) as answer:
                status, headers, raw = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, headers, raw = error.code, error.headers, error.read()
        if status != expect:
            raise SystemExit(f"{self.name}: {method} {path} gave {status} in the place of {expect}: {raw.decode()}")
        kind = headers.get("Content-Type", "")
        return (json.loads(raw) if "json" in kind and raw else raw), headers

    def of_account(self, method, path, body=None, **more):
        """A call with the account's token, which knows no circle."""
        return self.ask(method, path, body, token=self.member, **more)

    def of_pass(self, method, path, body=None, **more):
        """A call with the pass's token, which knows no account; each answer says where help is."""
        answer, headers = self.ask(method, path, body, token=self.circle, **more)
        check(answer.get("support") == SUPPORT, f"{path} says where help is")
        return answer, headers

    def of_pass_refused(self, method, path, body, status, **more):
        """A call with the pass's token that is refused, with a reason."""
        answer, _ = self.ask(method, path, body, token=self.circle, expect=status, **more)
        check(answer["status"] == status, f"{path} says why not")

    def next_pass_key(self):
        self.passes += 1
        return derive(self.code, f"openchair/pass/{self.passes}")


def check(holds, what):
    if not holds:
        raise SystemExit(f"not so: {what}")


def tell(text):
    print(f"- {text}")


def sign_up(device):
    made, _ = device.ask("POST", "/v1/members", {"auth_key": derive(device.code, "openchair/auth")}, expect=201)
    device.member = made["access_token"]
    check(len(made["vouchers"]) == 2, "an account begins with two vouchers")
    tell(f"{device.name} has an account: {made['handle']}. Nobody asked for a name.")
    return made["vouchers"]


def main(base):
    ann, ben = Device(base, "Ann"), Device(base, "Ben")
    vouchers = sign_up(ann)
    sign_up(ben)

    vault = secrets.token_bytes(4096)
    ann.of_account("PUT", "/v1/me/vault", vault, headers={"If-None-Match": "*"}, expect=201)
    kept, _ = ann.of_account("GET", "/v1/me/vault")
    check(kept == vault, "the vault comes back as it was")
    tell("Ann's phone keeps its passes in a vault that only it can open.")

    terms = {"agreement_version": 1, "adult": True}
    start = {"voucher": vouchers[0], "pass_key": ann.next_pass_key(), **terms}
    started, _ = ann.ask("POST", "/v1/circles", start, expect=201)
    ann.circle, ann.pass_id = started["access_token"], started["pass"]["id"]
    again, _ = ann.ask("POST", "/v1/circles", start)
    check(again["pass"]["id"] == ann.pass_id, "asked twice, it is one circle")
    tell(f"Ann starts a circle. There she is {started['pass']['alias']}, and nothing else.")

    invitation, _ = ann.of_pass("POST", "/v1/circles/self/invitations", expect=201)
    code = invitation["link"].split("#")[1]
    seen, _ = ben.ask("POST", "/v1/invitations/check", {"code": code})
    check(seen["taken"] == 1, "one seat is taken")
    ben.pass_key = ben.next_pass_key()
    joined, _ = ben.ask("POST", "/v1/passes", {"invitation": code, "pass_key": ben.pass_key, **terms}, expect=201)
    ben.circle, ben.pass_id = joined["access_token"], joined["pass"]["id"]
    again, _ = ben.ask("POST", "/v1/passes", {"invitation": code, "pass_key": ben.pass_key, **terms})
    check(again["pass"]["id"] == ben.pass_id, "asked twice, he joined once")
    both, _ = ann.of_pass("GET", "/v1/circles/self")
    check({one["alias"] for one in both["passes"]} == {started["pass"]["alias"], joined["pass"]["alias"]},
          "they know one another by their aliases here")
    tell(f"She hands Ben a link. He joins as {joined['pass']['alias']}.")

    today = datetime.datetime.now(datetime.timezone.utc).date()
    year, week, _ = today.isocalendar()
    week = f"{year}-W{week:02}"
    goal = str(uuid.uuid4())
    intent = {"week": week, "words": "Three meetings, and call my sponsor", "target": 3}
    set_goal, _ = ann.of_pass("PUT", f"/v1/goals/{goal}", intent, headers={"If-None-Match": "*"}, expect=201)
    tell("Ann says what she wants to do this week.")

    ann.of_pass("PATCH", "/v1/passes/self", {"ask_me_on": (today.isoweekday()) % 7, "about": "goal"})
    ben.of_pass("PUT", f"/v1/nudges/{ann.pass_id}/{today}", {"goal_id": goal, "words": "How is it going?"}, expect=201)
    asked, _ = ann.of_pass("GET", "/v1/nudges")
    check(len(asked["data"]) == 1, "Ann was asked once")
    tell("She says on which day she likes to be asked, and Ben asks.")

    day = {"kinds": ["craving", "victory"], "words": "It was hard at five, and I called somebody.",
           "helped": ["called_someone"]}
    made, headers = ann.of_pass("PUT", f"/v1/check-ins/{today}", day, headers={"If-None-Match": "*"}, expect=201)
    again, _ = ann.of_pass("PUT", f"/v1/check-ins/{today}", day, headers={"If-None-Match": "*"})
    check(again["version"] == made["version"], "sent again because its answer was lost, it is there once")
    other = {"kinds": ["gratitude"], "words": "Written on another phone."}
    ann.of_pass_refused("PUT", f"/v1/check-ins/{today}", other, 412, headers={"If-None-Match": "*"})
    tell("Ann checks in. Two phones that write one day do not write over one another.")
    ben.of_pass("PUT", f"/v1/check-ins/{made['id']}/answers/1",
                {"words": "I know that hour. Glad you called.", "reaction": "been_there"}, expect=201)
    tell("Ben answers.")

    milestone = str(uuid.uuid4())
    ann.of_pass("PUT", f"/v1/milestones/{milestone}", {"kind": "time", "label": "30 days"},
                headers={"If-None-Match": "*"}, expect=201)
    ben.of_pass("PUT", f"/v1/milestones/{milestone}/answers/1", {"reaction": "proud_of_you"}, expect=201)
    tell("Thirty days: her phone counted them, and told nobody since when.")

    shown, headers = ben.of_pass("GET", f"/v1/circles/self/week?date={today}")
    check(len(shown["check_ins"]) == 1 and len(shown["goals"]) == 1 and len(shown["milestones"]) == 1,
          "the week holds the check-in, the goal and the milestone")
    check(shown["check_ins"][0]["answers"][0]["reaction"] == "been_there", "and the answer")
    ben.ask("GET", f"/v1/circles/self/week?date={today}", token=ben.circle,
            headers={"If-None-Match": headers["ETag"]}, expect=304)
    tell("Ben's screen shows the whole week in one call, and costs nothing while nothing changes.")

    ann.of_pass("PUT", f"/v1/goals/{goal}", {**intent, "progress": 2, "outcome": "partly"},
                headers={"If-Match": f'"{set_goal["version"]}"'})
    ben.of_pass("PUT", f"/v1/goals/{goal}/answers/1", {"reaction": "with_you"}, expect=201)
    tell("Two meetings of three, says Ann, and Ben is with her.")

    summary, _ = ann.of_pass("GET", "/v1/summary")
    check(summary["check_ins"] == 1, "Ann has checked in once")
    export, _ = ann.of_pass("GET", "/v1/passes/self/export")
    check(day["words"] in json.dumps(export), "she can take everything with her")
    help_lines, _ = ann.ask("GET", SUPPORT["href"])
    check(help_lines, "help is one tap away, from every screen, for everybody")

    phone = Device(base, "Ann's new phone")
    phone.code = ann.code
    back, _ = phone.ask("POST", "/v1/auth/member/token", {"auth_key": derive(phone.code, "openchair/auth")})
    phone.member = back["access_token"]
    check(phone.of_account("GET", "/v1/me/vault")[0] == vault, "the vault is there for another phone")
    back, _ = phone.ask("POST", "/v1/auth/circle/token", {"pass_key": phone.next_pass_key()})
    phone.circle = back["access_token"]
    mine, _ = phone.of_pass("GET", "/v1/passes/self")
    check(mine["pass"]["id"] == ann.pass_id, "and so is the place in the circle")
    tell("With her recovery code, Ann has it all on a new phone.")

    ann.of_account("GET", "/v1/circles/self", expect=401)
    ben.ask("GET", "/v1/me", token=ben.circle, expect=401)
    tell("An account opens no circle, and a pass no account.")

    ann.of_pass("DELETE", "/v1/passes/self")
    left, _ = ben.of_pass("GET", f"/v1/circles/self/week?date={today}")
    check(not left["check_ins"] and not left["goals"] and not left["milestones"], "what Ann wrote is gone")
    tell("Ann leaves, and all that she wrote goes with her.")
    ben.of_pass("DELETE", "/v1/passes/self")
    for device in (ann, ben):
        device.of_account("DELETE", "/v1/me", expect=204)
        device.ask("POST", "/v1/auth/member/token", {"auth_key": derive(device.code, "openchair/auth")}, expect=401)
    tell("Both delete their accounts. Nothing is left.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1].rstrip("/"))
