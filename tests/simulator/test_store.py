"""Memory is bounded, and the newest stay."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from deploy.simulator.letters import RawMail
from deploy.simulator.store import Mail, Store, Text
from deploy.simulator.twilio_shapes import new_sid

NOW = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)


def text(person: int, body: str = "x") -> Text:
    number = f"+4477009001{person:02}"
    sid = new_sid()
    return Text(
        direction="outbound-api", sid=sid, to=number, sender="+447700900000", body=body, created=NOW, state="queued"
    )


def mail(person: int, size: int = 10) -> Mail:
    return Mail(
        to=f"m{person}@example.org", sender="f@example.org", raw=RawMail(b"x" * size), created=NOW, state="delivered"
    )


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.booleans()), max_size=60), st.integers(1, 8))
def test_the_newest_stay_everywhere(arrivals: list[tuple[bool, int, bool]], keep: int):
    store = Store(keep, keep_bytes=10**6)
    accepted: list[Text | Mail] = []
    for is_text, person, arrives in arrivals:
        item = text(person) if is_text else mail(person)
        store.add(item)
        accepted.append(item)
        if arrives:
            store.show(item)

    kept = list(store.since(0))
    assert kept == accepted[-keep:]
    assert [item.index for item in accepted] == list(range(len(accepted)))
    shown = [item for threads in (store.phones, store.mailboxes) for thread in threads.values() for item in thread]
    assert set(shown) <= set(kept)
    assert all(thread for threads in (store.phones, store.mailboxes) for thread in threads.values())
    for item in accepted:
        found = store.mail(item.index) if isinstance(item, Mail) else store.text(item.sid)
        assert found is (item if item in kept else None)


def test_large_mail_makes_room_too():
    store = Store(keep=100, keep_bytes=1000)
    for _ in range(5):
        store.add(mail(1, size=400))
    assert len(list(store.since(0))) == 2
    store.add(mail(1, size=5000))
    assert [item.size for item in store.since(0)] == [5000]


def test_the_most_recent_person_is_last():
    store = Store(keep=10, keep_bytes=1000)
    for person in (1, 2, 1):
        item = text(person)
        store.add(item)
        store.show(item)
    assert list(store.phones) == ["+447700900102", "+447700900101"]


def test_emptying_goes_on_counting():
    store = Store(keep=10, keep_bytes=1000)
    store.add(text(1))
    assert store.clear() == 1
    store.add(text(1))
    assert [item.index for item in store.since(0)] == [1]
    assert store.mail(0) is None
