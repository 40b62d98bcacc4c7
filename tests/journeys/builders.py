"""A forum of three members and a weekly games night, and what they do with it."""

from typing import Any

from tests.journeys.forum import Forum

MEMBERS = """name,phone,email,groups,channel
Member 1,+447700900001,,Service User Forum,sms
Member 2,,member2@example.org,Service User Forum,email
Member 3,+447700900003,,Service User Forum,sms
"""

PROGRAMME = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//A charity//EN
BEGIN:VEVENT
UID:games@example.org
DTSTAMP:20261101T000000Z
DTSTART;TZID=Europe/London:20261126T183000
DTEND;TZID=Europe/London:20261126T203000
RRULE:FREQ=WEEKLY;COUNT=4
SUMMARY:Games night
LOCATION:The hub
END:VEVENT
END:VCALENDAR
"""

ONE, TWO, THREE = "+447700900001", "member2@example.org", "+447700900003"


def given_programme(forum: Forum) -> dict[str, Any]:
    """A group, its members and its programme are in; the next occurrence."""
    forum.as_operator(
        "members", "POST", "/groups", "groups:write", json={"name": "Service User Forum", "visibility": "open"}
    )
    import_members(forum)
    forum.tell()
    import_programme(forum)
    forum.tell()
    occurrence: dict[str, Any] = forum.clients["events"].get("/occurrences").json()["items"][0]
    return occurrence


def import_members(forum: Forum) -> Any:
    csv = {"Content-Type": "text/csv"}
    return forum.as_operator("members", "POST", "/imports/members", "members:import", content=MEMBERS, headers=csv)


def import_programme(forum: Forum, text: str = PROGRAMME) -> Any:
    path = "/imports/programme?group=service-user-forum&name=forum.ics"
    ics = {"Content-Type": "text/calendar"}
    return forum.as_operator("events", "POST", path, "programme:import", content=text, headers=ics)


def answers(forum: Forum, phone: str, occurrence: dict[str, Any], answer: str) -> None:
    _, signed_in = forum.member(phone)
    path = f"/occurrences/{occurrence['id']}/rsvp"
    assert forum.clients["events"].put(path, json={"answer": answer}, headers=signed_in).is_success
    forum.tell()
