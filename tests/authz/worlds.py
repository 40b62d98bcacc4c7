"""A world per service for the matrix: one group of each visibility, everybody of `callers.PEOPLE`, and somebody else."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from services.events import app as events
from services.events import models as of_events
from services.events.settings import Settings as EventsSettings
from services.events.use_cases.calendar_feeds import hashed
from services.feedback import app as feedback
from services.feedback.settings import Settings as FeedbackSettings
from services.members import app as members
from services.members import models as of_members
from services.members.settings import Settings as MembersSettings
from services.notifications import app as notifications
from services.notifications.settings import Settings as NotificationsSettings
from shared.contracts.members import Role, Visibility
from shared.db import Sessions
from shared.testing.keys import Keyring
from tests.authz.callers import HELPER, PEOPLE, Tokens
from tests.authz.matrix import World
from tests.conftest import Clock
from tests.events.builders import given_occurrence
from tests.events.poll_builders import given_poll
from tests.members.builders import VAULT

IDS = {person: uuid4() for person in PEOPLE}
GROUPS = {visibility: uuid4() for visibility in Visibility}
# A member of every group, whom the helper is helping.
SOMEBODY = uuid4()
# Who asks to join every group.
ASKER = uuid4()
DAY = "2027-01-14"
Objects = dict[str, dict[str, Any]]


def _members(session: Session, now: datetime) -> Objects:
    for visibility, group_id in GROUPS.items():
        session.add(of_members.Group(id=group_id, slug=visibility, name=f"{visibility} group", visibility=visibility))
    for member_id in (*IDS.values(), SOMEBODY, ASKER):
        session.add(
            of_members.Member(
                id=member_id,
                name="Member",
                timezone="Europe/London",
                preferred_channel=of_members.Channel.SMS,
                links_valid_from=now.date(),
            )
        )
    session.flush()
    for member_id, belongs in ((SOMEBODY, Role.MEMBER), *((IDS[person], person.belongs) for person in PEOPLE)):
        session.add(of_members.MemberKey.made(member_id, VAULT))
        for group_id in GROUPS.values() if belongs else ():
            session.add(of_members.Membership(member_id=member_id, group_id=group_id, role=belongs))
    for person in PEOPLE:
        opened = of_members.MemberSession.begun(IDS[person], str(IDS[person]), of_members.How.CARD, now)
        opened.id = IDS[person]
        if person.strong:
            opened.strengthen(now)
        session.add_all([opened, _given_card(IDS[person], now)])
        if person.duty:
            session.add(of_members.DutyGiven(member_id=IDS[person], duty=person.duty, given_at=now))
    until = now + timedelta(minutes=30)
    session.add(of_members.Helping(helper_id=IDS[HELPER], member_id=SOMEBODY, began_at=now, until=until))
    session.flush()
    groups = {f"{visibility} group": _being_decided(session, group_id, now) for visibility, group_id in GROUPS.items()}
    return groups | {"somebody": {"member_id": SOMEBODY}}


def _given_card(member_id: UUID, now: datetime) -> of_members.Card:
    """The card that somebody made for a member, with which they have just signed in."""
    secret = str(member_id)
    return of_members.Card(
        member_id=member_id, secret_hash=secret, words_index=secret, issued_at=now, issued_by=None, enrols=True
    )


def _being_decided(session: Session, group_id: UUID, now: datetime) -> dict[str, Any]:
    """A motion and a request in a group."""
    motion = of_members.Motion.raised(group_id, of_members.Kind.ELECT, SOMEBODY, SOMEBODY, now)
    session.add_all([motion, of_members.JoinRequest(member_id=ASKER, group_id=group_id, asked_at=now)])
    return {"group_id": group_id, "motion_id": motion.id, "member_id": ASKER}


def _events(session: Session, now: datetime) -> Objects:
    objects: Objects = {"nonsense": {"day": DAY}}
    for visibility, group_id in GROUPS.items():
        group = of_events.Group(id=group_id, slug=visibility, name=f"{visibility} group", visibility=visibility)
        session.add(group)
        session.flush()
        for member_id, belongs in ((SOMEBODY, Role.MEMBER), *((IDS[person], person.belongs) for person in PEOPLE)):
            if belongs:
                session.add(of_events.GroupMember(member_id=member_id, group_id=group_id, role=belongs))
        evening = given_occurrence(session, group)
        evening.roles = {"tea": 2}
        activity = session.get_one(of_events.Activity, evening.activity_id)
        activity.calendar, activity.starts, activity.ends = None, evening.starts, evening.ends
        idea = of_events.Idea(group_id=group_id, member_id=SOMEBODY, words="Chess", state="posted", written_at=now)
        poll = given_poll(session, group, SOMEBODY, now)
        session.add(idea)
        session.flush()
        line = of_events.PlanLine(occurrence_id=evening.id, list_name=of_events.ListName.KIT, words="Two kettles")
        cost = of_events.Cost(occurrence_id=evening.id, what="Milk", pence=90, paid_at=now, member_id=SOMEBODY)
        session.add_all([line, cost])
        session.flush()
        objects[f"{visibility} group"] = {
            "line_id": line.id,
            "cost_id": cost.id,
            "occurrence_id": evening.id,
            "activity_id": evening.activity_id,
            "group_id": group_id,
            "member_id": SOMEBODY,
            "day": DAY,
            "slug": group.slug,
            "idea_id": idea.id,
            "opportunity_id": _asked_of(session, group_id, now),
            "poll_id": poll.id,
        }
    feed = of_events.CalendarFeed(member_id=SOMEBODY, token_hash=hashed("token"), full_details=False, made_at=now)
    session.add(feed)
    return objects | {"somebody's feed": {"token": "token"}}


def _asked_of(session: Session, group_id: UUID, now: datetime) -> UUID:
    """An opportunity of a worker that the group let in, and to which somebody said yes."""
    (runs,) = (IDS[person] for person in PEOPLE if person.name == "worker")
    closes = now + timedelta(days=7)
    facts = {"how": "draw", "places": 2}
    opportunity = of_events.Opportunity(run_by=runs, title="A panel", facts=facts, closes_at=closes, draws_at=closes)
    opportunity.published_at = now
    session.add(opportunity)
    session.flush()
    said = {"reply": of_events.Reply.YES, "replied_at": now, "number": 100}
    session.add(of_events.AskedGroup(opportunity_id=opportunity.id, group_id=group_id, let_in_at=now))
    session.add(of_events.OpportunityReply(opportunity_id=opportunity.id, member_id=SOMEBODY, **said))
    session.flush()
    return opportunity.id


def _nothing(_: Session, __: datetime) -> Objects:
    return {}


Start = Callable[[Keyring, Sessions, Path], FastAPI]
Fill = Callable[[Session, datetime], Objects]


def _settings(keys: Keyring, service: str) -> dict[str, Any]:
    return {
        "database_url": "postgresql+psycopg://unused",
        "signing_key": keys.private[service],
        "trusted_keys": keys.trusted,
    }


def _start_members(keys: Keyring, sessions: Sessions, folder: Path) -> FastAPI:
    master, index, link = (b64encode(letter * 32).decode() for letter in (b"m", b"i", b"l"))
    ledger = folder / "erasures.ledger"
    ledger.touch()
    settings = MembersSettings(
        master_key=master,
        index_key=index,
        link_key=link,
        erasure_ledger=ledger,
        **_settings(keys, "members"),
    )
    return members.create(settings, sessions)


SERVICES: Mapping[str, tuple[Start, Fill]] = {
    "members": (_start_members, _members),
    "events": (lambda keys, sessions, _: events.create(EventsSettings(**_settings(keys, "events")), sessions), _events),
    "feedback": (
        lambda keys, sessions, _: feedback.create(FeedbackSettings(**_settings(keys, "feedback")), sessions),
        _nothing,
    ),
    "notifications": (
        lambda keys, sessions, _: notifications.create(
            NotificationsSettings(**_settings(keys, "notifications")), sessions
        ),
        _nothing,
    ),
}


@contextmanager
def world_of(service: str, sessions: Sessions, keys: Keyring, clock: Clock) -> Iterator[World]:
    """A service's world, in which every request is taken back once it was answered."""
    start, fill = SERVICES[service]
    with sessions.begin() as session:
        objects = fill(session, clock())
    connection: Connection = sessions.kw["bind"]
    before = connection.begin_nested()

    def undo() -> None:
        nonlocal before
        before.rollback()
        before = connection.begin_nested()

    with TemporaryDirectory() as folder, TestClient(app := start(keys, sessions, Path(folder))) as client:
        app.state.clock = clock
        yield World(service, client, Tokens(keys, IDS, GROUPS.values()), objects, undo)


def own(name: str) -> UUID:
    """The id of one of the people, by name."""
    return next(IDS[person] for person in PEOPLE if person.name == name)
