"""D28: each look at a member's address is theirs to read at once, and one flipped byte of the trail is detected."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.models import Action, AuditEntry, AuditHead, AuditSubject, Member, MembersBase
from services.members.names import quoted
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.audit import Subject
from shared.testing.databases import Databases
from tests.conftest import Clock
from tests.members.builders import CHAIN, NOW, brought_in, called, member
from tests.members.conftest import Api


def look(session: Session, *subjects: Subject, at: Any = NOW, actor: str | UUID = "notifications") -> None:
    audit.write(session, CHAIN, actor, Action.LOOKED, subjects, reason="to send a reminder", now=at)


@pytest.fixture
def seven(session: Session) -> UUID:
    brought_in(session, member(7), member(8))
    return called(session, "Member 7").id


@pytest.fixture
def trail(session: Session, seven: UUID) -> Session:
    """Nine entries: one of an import, and then looks at up to two addresses of two members."""
    eight = called(session, "Member 8").id
    for n in range(8):
        look(session, Subject(seven, "sms"), *[Subject(eight, "email")] * (n % 2), at=NOW + timedelta(days=n))
    assert use_cases.verify_audit(session, CHAIN).whole
    return session


def verdict(session: Session) -> Any:
    session.flush()
    session.expire_all()
    return use_cases.verify_audit(session, CHAIN)


def test_an_import_and_a_thousand_looks_are_one_entry_each(session: Session):
    brought_in(session, *(member(n) for n in range(500)))
    ids = list(session.scalars(select(Member.id)))
    look(session, *(Subject(it, channel) for it in ids for channel in ("sms", "email")))
    found = verdict(session)
    assert found.why is None
    assert (found.whole, found.entries, found.last) == (True, 2, 2)
    assert len(session.scalars(select(AuditSubject.subject)).all()) == 2 * 1000


def test_the_trail_says_nobodys_id(session: Session, seven: UUID):
    look(session, Subject(seven), actor=seven)
    kept = " ".join(
        str(row) for table in (AuditEntry, AuditSubject) for row in session.execute(select(table.__table__))
    )
    assert str(seven) not in kept
    assert str(session.get_one(Member, seven).audit_id) in kept


def test_somebody_who_is_no_more_is_in_no_new_entry(session: Session, seven: UUID):
    look(session, Subject(uuid4(), "sms"))
    assert verdict(session).whole
    assert not session.scalars(select(AuditSubject).where(AuditSubject.position == 2)).all()


def test_another_key_finds_every_entry_forged(trail: Session):
    assert use_cases.verify_audit(trail, Chain(b"x" * 32)).whole is False


@pytest.mark.parametrize("table", [AuditHead, AuditEntry])
def test_a_trail_that_lost_a_whole_table_is_broken(trail: Session, table: type[MembersBase]):
    trail.execute(delete(table))
    assert not verdict(trail).whole


def test_a_trail_that_is_gone_is_missed(trail: Session):
    for table in (AuditHead, AuditEntry, AuditSubject):
        trail.execute(delete(table))
    assert "no trail" in verdict(trail).why


def test_a_house_without_members_needs_no_trail(session: Session):
    assert verdict(session).whole


def test_what_was_altered_is_not_made_good_by_what_follows(trail: Session, seven: UUID):
    (last,) = trail.scalars(select(AuditEntry).order_by(AuditEntry.position.desc()).limit(1))
    trail.execute(delete(AuditEntry).where(AuditEntry.position == last.position))
    trail.execute(delete(AuditSubject).where(AuditSubject.position == last.position))
    trail.execute(update(AuditHead).values(position=last.position - 1, hash=last.previous))
    assert not verdict(trail).whole
    look(trail, Subject(seven, "sms"))
    assert not verdict(trail).whole


@pytest.mark.parametrize("at", ["infinity", "-infinity", "290000-01-01", "0044-03-15 BC"])
def test_times_that_never_were_are_noticed(trail: Session, at: str):
    trail.execute(text("UPDATE audit_entries SET at = CAST(:at AS timestamptz) WHERE position = 4"), {"at": at})
    assert verdict(trail).broken_at == 4


def test_a_year_is_kept_and_the_rest_is_still_whole(trail: Session, seven: UUID):
    use_cases.cut_trail(trail, CHAIN, now=NOW + timedelta(days=365 + 3, hours=1))
    found = verdict(trail)
    assert (found.whole, found.entries, found.last) == (True, 4, 9)
    assert trail.scalars(select(AuditSubject.position).order_by(AuditSubject.position)).first() == 6
    look(trail, Subject(seven, "sms"))
    trail.execute(delete(AuditEntry).where(AuditEntry.position == 6))
    assert verdict(trail).broken_at == 6


def test_a_trail_of_which_all_is_old_goes_on_where_it_was(trail: Session, seven: UUID):
    for _ in range(2):
        use_cases.cut_trail(trail, CHAIN, now=NOW + timedelta(days=1000))
        found = verdict(trail)
        assert (found.whole, found.entries, found.last) == (True, 0, 9)
    look(trail, Subject(seven, "sms"))
    assert verdict(trail).last == 10


@pytest.mark.committed
def test_many_write_at_once_into_one_chain(databases: Databases, in_threads: Callable[..., list[Any]]):
    with databases.owned_sessions("members") as sessions:
        with sessions.begin() as session:
            brought_in(session, member(7))
            seven = called(session, "Member 7").id

        def write() -> bool:
            for _ in range(10):
                with sessions.begin() as session:
                    look(session, Subject(seven, "sms"))
            with sessions.begin() as session:
                return bool(use_cases.verify_audit(session, CHAIN).whole)

        assert in_threads(*[write] * 6) == [True] * 6
        with sessions.begin() as session:
            assert use_cases.verify_audit(session, CHAIN).last == 61


@pytest.fixture
def reader(api: Api, session: Session) -> Callable[..., Any]:
    """Reads the trail of a member, as the member."""
    api.bring_in(member(7), member(8), create_groups=True)

    def read(name: str = "Member 7", **params: Any) -> Any:
        token = api.keys.signer("members").member_token(called(session, name).id, {})
        return api.ask("GET", "/me/audit", headers={"Authorization": f"Bearer {token}"}, params=params).json()

    return read


def test_d28_each_look_at_my_address_is_mine_to_read_at_once(
    api: Api, session: Session, reader: Callable[..., Any], clock: Clock
):
    seven, eight = called(session, "Member 7").id, called(session, "Member 8").id
    clock.go_on(days=1)
    api.resolve((seven, "sms"), (eight, "email"), reason="to send a reminder")
    newest, first = reader()["items"]
    assert newest["text"] == "Notifications looked at your phone number to send a reminder, 24 November."
    assert first["text"] == "The office added your phone number and email address from a list of members, 23 November."
    assert reader("Member 8")["items"][0]["text"].startswith("Notifications looked at your email address")
    assert "Member 8" not in str(reader())


def test_who_acted_is_called_by_the_name_they_chose(api: Api, session: Session, reader: Callable[..., Any]):
    seven, eight = called(session, "Member 7"), called(session, "Member 8")
    chain = api.client.app.state.house.chain  # type: ignore[attr-defined]
    for actor in (eight.id, seven.id, uuid4()):
        audit.write(session, chain, actor, Action.CARD_ISSUED, [Subject(seven.id)], reason="", now=NOW)
    session.commit()
    assert [
        line["text"].removesuffix(" made a new card in your name, 23 November.") for line in reader()["items"][:3]
    ] == [
        "Somebody who is not with us any more",
        "You",
        quoted("Member 8"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "operator",
        "members",
        "the office",
        "we",
        "You",
        "x» added your email address, 1 May. «we",
        "\u05e9\u05e8\u05d4\u200f",
    ],
)
def test_nobody_passes_for_the_programme_by_what_they_call_themselves(
    api: Api, session: Session, reader: Callable[..., Any], name: str
):
    seven, eight = called(session, "Member 7"), called(session, "Member 8")
    eight.name = name
    chain = api.client.app.state.house.chain  # type: ignore[attr-defined]
    audit.write(session, chain, eight.id, Action.CARD_ISSUED, [Subject(seven.id)], reason="", now=NOW)
    session.commit()
    line = reader()["items"][0]["text"]
    shown, _, rest = line.removeprefix("«\u2068").partition("\u2069»")
    assert (line[:2], rest) == ("«\u2068", " made a new card in your name, 23 November.")
    assert shown.translate(str.maketrans("\u2039\u203a", "«»")) == name
    assert not set(shown) & set("«»\u2068\u2069")


def test_the_trail_is_read_in_pages(api: Api, session: Session, reader: Callable[..., Any]):
    seven = called(session, "Member 7").id
    for n in range(5):
        api.resolve((seven, "sms"), reason=f"for the {n}th time")
    page, seen = reader(limit=2), []
    while True:
        seen += [line["text"] for line in page["items"]]
        if page["next"] is None:
            break
        page = reader(limit=2, after=page["next"])
    assert len(seen) == 6
    assert "4th" in seen[0]


def test_an_operator_has_the_trail_verified(api: Api, session: Session, reader: Callable[..., Any]):
    found = api.ask("POST", "/internal/audit/verifications", "operator", "audit:verify").json()
    assert (found["whole"], found["last"]) == (True, 1)
    session.execute(update(AuditSubject).values(channel="telegram").where(AuditSubject.channel == "sms"))
    session.commit()
    found = api.ask("POST", "/internal/audit/verifications", "operator", "audit:verify").json()
    assert (found["whole"], found["broken_at"]) == (False, 1)
    assert api.ask("POST", "/internal/audit/verifications", "events", "audit:verify").status_code == 403
    assert api.ask("GET", "/me/audit").status_code == 401


def test_a_subject_without_an_entry_is_noticed(trail: Session):
    trail.execute(insert(AuditSubject).values(position=77, subject=uuid4(), channel="sms"))
    assert verdict(trail).broken_at == 77
