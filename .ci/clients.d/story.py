"""The README's story, told with generated Python clients.

    story.py http://127.0.0.1:8080

A room near a place and one page more, one meeting, counts, a map, a copy to
keep, a mistake and what it says; then two people who make accounts, start and
join a circle, check in and answer. The first thing that is not as the document
says ends it. The other stories in this folder tell the same in other languages.
"""

import base64
import datetime
import hashlib
import hmac
import secrets
import sys
import uuid

import openchair_circle as of_circles
import openchair_member as of_members
import openchair_public as directory
from openchair_public import Attendance, MeetingField, MeetingSort, TimeOfDay, TypeCode


def check(holds, what):
    if not holds:
        raise SystemExit(f"not so: {what}")


def refused(status, code, call):
    """The problem that a call ends with, as the type that the client has for it."""
    try:
        call()
    except (directory.ApiException, of_members.ApiException, of_circles.ApiException) as error:
        check(error.status == status, f"{status} is answered, not {error.status}")
        check(type(error.data).__name__ == "Problem", f"the error has a type, not {type(error.data)}")
        check(error.data.code == code, f"{code} is said, not {error.data.code}")
        return error.data
    raise SystemExit(f"not so: {code} is answered")


def find(host):
    with directory.ApiClient(directory.Configuration(host=host)) as client:
        meetings = directory.MeetingsApi(client)
        near = {"lat": 41.88, "lng": -87.63, "type": [TypeCode.O], "not_type": [TypeCode.W],
                "attendance": [Attendance.IN_PERSON, Attendance.HYBRID]}
        page = meetings.search_meetings(**near, time_of_day=[TimeOfDay.EVENING], sort=MeetingSort.DISTANCE, limit=1)
        found = page.data[0]
        check(found.distance_m > 0 and found.location.name, "it is at a place, so far away")
        check(Attendance(found.attendance) in (Attendance.IN_PERSON, Attendance.HYBRID), "one can go")
        check(found.next_start.tzinfo and found.next_start < found.next_end, "instants are instants")
        after = meetings.search_meetings(**near, time_of_day=[TimeOfDay.EVENING], sort=MeetingSort.DISTANCE, limit=1,
                                         cursor=page.next_cursor)
        check(after.data[0].id != found.id and after.total == page.total, "the next page goes on")
        few = meetings.search_meetings(**near, fields=[MeetingField.NAME, MeetingField.NEXT_START], limit=1).data[0]
        check(few.name and few.timezone is None, "only what was asked for")

        one = meetings.get_meeting(found.id)
        check(one.name == found.name and len(one.occurrences) == 3, "one meeting, and its next dates")
        check(isinstance(one.occurrences[0].var_date, datetime.date), "dates are dates")
        facets = meetings.get_meeting_facets(**near, time_of_day=[TimeOfDay.EVENING])
        check(facets.total == page.total, "as many are counted as are found")
        around = meetings.get_meeting_clusters(zoom=10, bbox="-88.5,41.2,-87,42.4")
        check(sum(cluster.count for cluster in around.data) > 0, "they are on a map")

        changes = meetings.list_meeting_changes(limit=50)
        copy = {change.id: change.meeting for change in changes.data}
        while changes.has_more:
            changes = meetings.list_meeting_changes(cursor=changes.next_cursor, limit=2000)
            copy.update({change.id: change.meeting for change in changes.data})
        check(copy[found.id].name == found.name, "a copy has it as well")

        problem = refused(400, "invalid_parameter", lambda: meetings.search_meetings(radius_m=100))
        check(problem.errors[0].parameter == "radius_m", "the mistake is named")
        refused(404, "not_found", lambda: meetings.get_meeting(uuid.uuid4()))
        words = directory.DirectoryApi(client).get_vocabulary()
        check(words.attendance["online"]["es"] == "En línea", "codes have names")
        check(directory.ServiceApi(client).list_help_lines(country="GB").data, "help is there")


def derive(code, info):
    extracted = hmac.new(bytes(32), code, hashlib.sha256).digest()
    expanded = hmac.new(extracted, info.encode() + b"\x01", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(expanded).rstrip(b"=").decode()


class Device:
    """A phone: what it calls with which token."""

    def __init__(self, host):
        self.host, self.code = host, secrets.token_bytes(16)
        made = of_members.MemberSignInApi(self.client(of_members)).create_member(
            of_members.AuthKeyInput(auth_key=derive(self.code, "openchair/auth")))
        self.vouchers, self.handle = made.vouchers, made.handle
        self.member = of_members.MembersApi(self.client(of_members, made.access_token))
        self.circle_sign_in = of_circles.CircleSignInApi(self.client(of_circles))
        self.pass_key = derive(self.code, "openchair/pass/1")

    def client(self, package, token=None):
        return package.ApiClient(package.Configuration(host=self.host, access_token=token))

    def enter(self, joined):
        self.circle = of_circles.CirclesApi(self.client(of_circles, joined.access_token))
        # A word of Python's own, to which the generator puts another before.
        return joined.var_pass


def keep_company(host):
    ann, ben = Device(host), Device(host)
    check(len(ann.vouchers) == 2 and ann.handle != ben.handle, "an account knows nobody")
    vault = secrets.token_bytes(4096)
    ann.member.put_member_vault(vault, if_none_match="*")
    check(bytes(ann.member.get_member_vault()) == vault, "the vault comes back as it was")

    terms = {"agreement_version": 1, "adult": True}
    circle = of_circles.CircleInput(voucher=ann.vouchers[0], pass_key=ann.pass_key, **terms)
    hers = ann.enter(ann.circle_sign_in.create_circle(circle))
    code = ann.circle.create_circle_invitation().link.split("#")[1]
    check(ben.circle_sign_in.check_circle_invitation(of_circles.CodeInput(code=code)).taken == 1, "one seat is taken")
    joining = of_circles.PassInput(invitation=code, pass_key=ben.pass_key, **terms)
    his = ben.enter(ben.circle_sign_in.create_pass(joining))
    check({one.alias for one in ann.circle.get_own_circle().passes} == {hers.alias, his.alias}, "they know one another")

    today = datetime.datetime.now(datetime.timezone.utc).date()
    day = of_circles.CheckInInput(kinds=[of_circles.CheckInKind.CRAVING, of_circles.CheckInKind.VICTORY],
                                  words="It was hard at five, and I called somebody.", helped=["called_someone"])
    made = ann.circle.put_check_in(today, day, if_none_match="*")
    check(made.support.href == "/v1/help-lines", "every answer says where help is")
    other = of_circles.CheckInInput(kinds=[of_circles.CheckInKind.GRATITUDE])
    refused(412, "precondition_failed", lambda: ann.circle.put_check_in(today, other, if_none_match="*"))
    ben.circle.put_check_in_answer(made.id, 1, of_circles.AnswerInput(words="Glad you called.",
                                                                      reaction=of_circles.Reaction.BEEN_THERE))
    week = ben.circle.get_circle_week(today)
    check({of_circles.CheckInKind(kind) for kind in week.check_ins[0].kinds} == set(day.kinds), "Ben reads what she wrote")
    check(week.check_ins[0].answers[0].reaction == of_circles.Reaction.BEEN_THERE, "and his answer is there")
    asked = ann.circle.update_own_pass(of_circles.AskingPatch(ask_me_on=3, about=of_circles.AskAbout.GOAL))
    check(asked.var_pass.ask_me_on == 3, "she says when to be asked")
    asked = ann.circle.update_own_pass(of_circles.AskingPatch(ask_me_on=None, about=None))
    check(asked.var_pass.ask_me_on is None, "and takes it back: null is sent where it is set")

    for device in (ann, ben):
        device.circle.delete_own_pass()
        device.member.delete_member()
    key = of_members.AuthKeyInput(auth_key=derive(ann.code, "openchair/auth"))
    sign_in = of_members.MemberSignInApi(ann.client(of_members))
    refused(401, "sign_in_failed", lambda: sign_in.create_member_token(key))


if __name__ == "__main__":
    find(sys.argv[1])
    keep_company(sys.argv[1])
    print("clients: python told the story")
