"""The calendar of a group, as anyone subscribes to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from services.events.models import Group, Occurrence
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.groups import keep_group
from services.events.use_cases.programme import cancel_occurrence, change_occurrence
from shared.auth import Caller
from shared.contracts.members import GroupChanged, Role, Visibility
from tests.conftest import Clock
from tests.events.builders import THURSDAY, given_group, given_member, given_occurrence
from tests.events.feed_readers import Read, read_by_all

URL = "/groups/forum/calendar.ics"
OPERATOR = Caller(issuer="operator", scope="programme:write")
Headers = dict[str, str]


def events_in(client: TestClient, url: str = URL) -> dict[UUID, Read]:
    answer = client.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    return {UUID(each.uid): each for each in read_by_all(answer.content)}


def change(session: Session, occurrence: Occurrence, clock: Clock, **edit: Any) -> None:
    clock.go_on(minutes=5)
    change_occurrence(session, occurrence.id, OccurrenceEdit.model_validate(edit), caller=OPERATOR, now=clock())
    session.commit()


def test_a_group_has_a_calendar_that_anyone_can_read(client: TestClient, evening: Occurrence):
    assert events_in(client) == {
        evening.id: Read(
            uid=str(evening.id),
            sequence=0,
            status="CONFIRMED",
            starts=evening.starts_at,
            ends=evening.ends_at,
            title="Games night",
            place="Church Hall",
            summary="Bring a friend.",
        )
    }
    calendar = Calendar.from_ical(client.get(URL).content)
    assert (calendar["X-WR-CALNAME"], calendar["REFRESH-INTERVAL"].dt) == ("Forum", timedelta(hours=1))


def test_a_date_keeps_its_uid_when_it_moves_and_each_change_has_a_higher_sequence(
    client: TestClient, session: Session, evening: Occurrence, clock: Clock
):
    change(session, evening, clock, starts="2026-11-27T19:00")
    moved = events_in(client)[evening.id]
    assert (moved.sequence, moved.starts) == (1, evening.starts_at)
    change(session, evening, clock, place="The park")
    assert events_in(client)[evening.id].sequence == 2
    cancel_occurrence(session, evening.id, caller=OPERATOR, now=clock())
    session.commit()
    assert events_in(client)[evening.id][1:3] == (3, "CANCELLED")


@pytest.mark.parametrize(("days", "there"), [(-34, False), (-32, True), (0, True), (7 * 26 - 4, True), (7 * 26, False)])
def test_it_goes_a_month_back_and_as_far_ahead_as_the_programme(
    client: TestClient, session: Session, forum: Group, days: int, there: bool
):
    occurrence = given_occurrence(session, forum, days=days)
    session.commit()
    assert (occurrence.id in events_in(client)) is there


def test_what_was_called_off_or_is_not_certain_yet_says_so(client: TestClient, session: Session, forum: Group):
    off, unsure = (
        given_occurrence(session, forum, replace(THURSDAY, **{name: True})) for name in ("cancelled", "tentative")
    )
    session.commit()
    found = events_in(client)
    assert (found[off.id].status, found[unsure.id].status) == ("CANCELLED", "TENTATIVE")


def test_it_holds_one_groups_evenings(client: TestClient, session: Session, evening: Occurrence):
    given_occurrence(session, given_group(session, "music"))
    session.commit()
    assert list(events_in(client)) == [evening.id]


@pytest.mark.parametrize("who", ["nobody", "a member", "the operator"])
def test_d25_a_hidden_groups_calendar_is_as_nonsense(
    client: TestClient,
    session: Session,
    as_member: Callable[..., Headers],
    operator: Callable[[str], Headers],
    who: str,
):
    hidden = given_group(session, "quiet-ones", Visibility.HIDDEN)
    given_occurrence(session, hidden)
    member = given_member(session, hidden, Role.CONVENOR)
    session.commit()
    tokens = {"a member": as_member(member, {hidden.id: Role.CONVENOR}), "the operator": operator("programme:write")}
    headers = tokens.get(who, {}) | {"X-Request-Id": "the-same-request"}
    theirs, nonsense = (
        client.get(f"/groups/{slug}/calendar.ics", headers=headers) for slug in ("quiet-ones", "no-one")
    )
    assert theirs.status_code == 404
    assert (theirs.headers.raw, theirs.content) == (nonsense.headers.raw, nonsense.content)


def test_d25_a_group_that_goes_into_hiding_has_no_calendar_any_more(
    client: TestClient, session: Session, forum: Group, evening: Occurrence, clock: Clock
):
    kept = client.get(URL).headers["etag"]
    heard = GroupChanged(group_id=forum.id, slug="forum", name="Forum", visibility=Visibility.HIDDEN)
    keep_group(session, heard, now=clock())
    session.commit()
    assert client.get(URL, headers={"If-None-Match": kept}).status_code == 404


# Asked again


def test_whoever_has_it_already_is_told_so_in_a_few_bytes(
    client: TestClient, session: Session, evening: Occurrence, clock: Clock
):
    change(session, evening, clock, place="The park")
    first = client.get(URL)
    assert first.headers["cache-control"] == "public, max-age=900"
    assert first.headers["last-modified"] == "Mon, 23 Nov 2026 10:35:00 GMT"
    by_tag = {"If-None-Match": f'W/"other", {first.headers["etag"]}'}
    by_time = {"If-Modified-Since": first.headers["last-modified"]}
    for known in (by_tag, by_time, {"If-None-Match": "*"}):
        again = client.get(URL, headers=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    change(session, evening, clock, place="The hills")
    for known in (by_tag, by_time):
        assert b"The hills" in client.get(URL, headers=known).content


@pytest.mark.parametrize(
    "since", ["", "soon", "Mon, 23 Nov 2026", "Sun, 01 Jan 2017 00:00:00 GMT", "Mon, 23 Nov 2026 11:00:00"]
)
def test_a_time_that_says_nothing_gets_the_whole_file(client: TestClient, evening: Occurrence, since: str):
    assert client.get(URL, headers={"If-Modified-Since": since}).status_code == 200


def test_a_date_that_comes_near_enough_makes_the_calendar_new(
    client: TestClient, session: Session, forum: Group, clock: Clock
):
    given_occurrence(session, forum, days=7 * 26).changed_at = clock()
    given_occurrence(session, forum).changed_at = clock()
    session.commit()
    first = client.get(URL)
    clock.go_on(days=7)
    again = client.get(URL, headers={"If-Modified-Since": first.headers["last-modified"]})
    assert len(read_by_all(again.content)) == 2


# One date


def test_one_evening_is_put_into_a_calendar_by_itself(client: TestClient, evening: Occurrence):
    answer = client.get(f"/occurrences/{evening.id}/calendar.ics")
    assert Calendar.from_ical(answer.content)["METHOD"] == "PUBLISH"
    [found] = read_by_all(answer.content)
    assert (found.uid, found.title) == (str(evening.id), "Games night")
    assert answer.headers["content-disposition"] == 'attachment; filename="evening.ics"'


def test_d25_a_hidden_groups_evening_is_for_those_who_belong(
    client: TestClient, session: Session, as_member: Callable[..., Headers]
):
    hidden = given_group(session, "quiet-ones", Visibility.HIDDEN)
    evening, member = given_occurrence(session, hidden), given_member(session, hidden)
    session.commit()
    url = f"/occurrences/{evening.id}/calendar.ics"
    answer = client.get(url, headers=as_member(member))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    [found] = read_by_all(answer.content)
    assert (found.starts, found.title, found.place, found.summary) == (evening.starts_at, "Evening", "", "")
    assert client.get(url, headers=as_member(uuid4())).status_code == 404
