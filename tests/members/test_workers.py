from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.models import SESSION_LASTS, DutyGiven, Enrolment, How, MemberKey, MemberSession
from shared.auth import Caller, Signer, Verifier
from shared.contracts.members import Duty
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.members.builders import HOUSE, NOW, brought_in, called, data_of, member, said
from tests.members.conftest import Api

OPERATES = ("operator", "workers:write")


@pytest.fixture
def signer(keys: Keyring) -> Signer:
    return keys.signer("members")


def added(api: Api, name: str = "Worker 1", **more: str) -> dict[str, Any]:
    answer = api.ask("POST", "/workers", *OPERATES, json={"name": name} | more)
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def enrol(api: Api, secret: str) -> Any:
    return api.ask("POST", "/sessions/enrolment", json={"secret": secret})


def caller_of(keys: Keyring, token: str) -> Caller:
    return Verifier("events", keys.trusted).caller(token)


def test_an_operator_makes_a_worker(api: Api, session: Session):
    worker = added(api)
    assert (worker["name"], worker["duties"]) == ("Worker 1", ["worker"])
    assert session.get(MemberKey, UUID(worker["id"])) is not None
    assert said(session) == ["preferences-changed"], "a worker is not welcomed as a member is"
    assert data_of(session, "preferences-changed")[0]["channels"] == []
    added(api, "Worker 2", duty="safeguarding_lead")
    listed = api.ask("GET", "/workers", *OPERATES).json()["items"]
    assert [(each["name"], each["duties"]) for each in listed] == [
        ("Worker 1", ["worker"]),
        ("Worker 2", ["safeguarding_lead"]),
    ]


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 81])
def test_a_worker_has_a_name(api: Api, name: str):
    assert api.ask("POST", "/workers", *OPERATES, json={"name": name}).status_code == 422


@pytest.mark.parametrize(("issuer", "scope"), [(None, ""), ("operator", "groups:write"), ("web", "workers:write")])
def test_only_an_operator_has_workers(api: Api, issuer: str | None, scope: str):
    for method, path in (("POST", "/workers"), ("GET", "/workers"), ("POST", f"/workers/{uuid4()}/enrolments")):
        assert api.ask(method, path, issuer, scope, json={"name": "Worker 1"}).status_code in {401, 403}


def test_a_secret_begins_a_session_without_powers_once(api: Api, keys: Keyring, session: Session):
    secret = added(api)["secret"]
    assert secret not in str(session.execute(select(Enrolment.secret_hash)).all())
    begun = enrol(api, secret)
    assert begun.status_code == 201
    assert caller_of(keys, begun.json()["token"]).duties == frozenset()
    assert session.scalars(select(MemberSession.how)).all() == [How.ENROLMENT]
    assert enrol(api, secret).status_code == 401


def test_a_secret_works_for_a_day(api: Api, clock: Clock):
    secret = added(api)["secret"]
    clock.go_on(hours=24)
    assert enrol(api, secret).json()["type"] == "urn:afterhours:sign-in-refused"
    assert enrol(api, "guessed").json()["type"] == "urn:afterhours:sign-in-refused"


def test_a_worker_who_lost_everything_begins_again(api: Api, session: Session):
    worker = added(api)
    enrol(api, worker["secret"])
    wanted = {"member_ids": [worker["id"]]}
    card = api.ask("POST", "/cards", "operator", "cards:issue", json=wanted).json()["items"][0]
    again = api.ask("POST", f"/workers/{worker['id']}/enrolments", *OPERATES).json()
    assert session.scalar(select(func.count()).select_from(MemberSession)) == 0
    lost = api.ask("POST", "/sessions", json={"words": card["words"]})
    assert lost.status_code == 401, "the card may have been in the same bag"
    once_more = api.ask("POST", f"/workers/{worker['id']}/enrolments", *OPERATES).json()
    assert enrol(api, again["secret"]).status_code == 401, "a newer secret takes the place of the older"
    assert enrol(api, once_more["secret"]).status_code == 201


def test_a_member_is_no_worker(api: Api, session: Session):
    api.bring_in(member(7), create_groups=True)
    for member_id in (called(session, "Member 7").id, uuid4()):
        assert api.ask("POST", f"/workers/{member_id}/enrolments", *OPERATES).status_code == 404
        assert api.ask("DELETE", f"/workers/{member_id}/duties/worker", *OPERATES).status_code == 404


def test_ending_a_duty_ends_its_powers_at_once(session: Session, signer: Signer, keys: Keyring):
    worker = use_cases.add_worker(session, "Worker 1", Duty.WORKER, house=HOUSE, now=NOW)
    begun = use_cases.begin_enrolment(session, worker.secret, own_device=True, signer=signer, now=NOW)
    (opened,) = session.scalars(select(MemberSession))
    opened.strengthen(NOW)
    # A device that others use too would be signed out long before.
    opened.own_device, opened.expires_at = True, NOW + SESSION_LASTS
    session.flush()

    def duties(after: timedelta = timedelta()) -> frozenset[Duty]:
        renewed = use_cases.renew_token(session, begun.session, signer=signer, now=NOW + after)
        return caller_of(keys, renewed.token).duties

    assert duties() == {Duty.WORKER}
    assert duties(timedelta(hours=12)) == frozenset(), "after a long shift the second factor is shown again"
    use_cases.end_duty(session, worker.id, Duty.WORKER)
    assert duties() == frozenset()
    session.add(DutyGiven(member_id=worker.id, duty=Duty.WORKER, given_at=NOW))
    assert duties() == frozenset(), "a session from before stays weak, also when the duty is given again"


def test_ending_a_duty_that_somebody_does_not_have_is_refused(api: Api):
    lead = added(api, "Lead 1", duty="safeguarding_lead")
    wrong = api.ask("DELETE", f"/workers/{lead['id']}/duties/worker", *OPERATES)
    assert (wrong.status_code, wrong.json()["type"]) == (404, "urn:afterhours:no-such-duty")
    assert api.ask("DELETE", f"/workers/{lead['id']}/duties/safeguarding_lead", *OPERATES).status_code == 204
    assert api.ask("GET", "/workers", *OPERATES).json()["items"] == []


def test_ending_a_duty_leaves_others_strong(session: Session):
    brought_in(session, member(7))
    seven = called(session, "Member 7").id
    worker = use_cases.add_worker(session, "Worker 1", Duty.WORKER, house=HOUSE, now=NOW)
    theirs = MemberSession.begun(seven, "secret", How.PASSKEY, NOW)
    theirs.strengthen(NOW)
    session.add(theirs)
    use_cases.end_duty(session, worker.id, Duty.WORKER)
    assert session.get_one(MemberSession, theirs.secret_hash, populate_existing=True).is_strong(NOW)
