from typing import Annotated
from uuid import UUID

from services.members import use_cases
from services.members.models import Member
from services.members.queries.people import workers as every_worker
from services.members.routes.dependencies import TheHouse, TheSigner, kept_nowhere
from services.members.schemas.sign_in import SessionBegun
from services.members.schemas.workers import Enrolling, EnrolmentSecret, WorkerDraft, WorkerView
from shared.auth import Caller
from shared.contracts.members import Duty
from shared.web import InTransaction, Now, Page, page_of, requires, router

operator = requires("workers:write")
workers = router(prefix="/workers", tags=["workers"], dependencies=[operator])
enrolments = router(tags=["workers"], dependencies=[kept_nowhere])


@workers.post("", status_code=201, dependencies=[kept_nowhere])
def add_worker(draft: WorkerDraft, session: InTransaction, now: Now, house: TheHouse) -> Enrolling:
    """Make somebody who works for the programme."""
    return use_cases.add_worker(session, draft.name, draft.duty, house=house, now=now)


@workers.get("")
def list_workers(session: InTransaction, after: str | None = None, limit: int = 50) -> Page[WorkerView]:
    """Everybody who works for the programme."""
    found, following = page_of(session, every_worker(), [Member.id], after=after, limit=limit)
    return Page(items=[use_cases.worker_view(session, worker) for worker in found], next=following)


@workers.post("/{member_id}/enrolments", status_code=201, dependencies=[kept_nowhere])
def enrol_again(
    member_id: UUID, session: InTransaction, now: Now, house: TheHouse, caller: Annotated[Caller, operator]
) -> Enrolling:
    """Let a worker enrol another second factor. What they had ends, and they are signed out everywhere."""
    return use_cases.enrol_again(session, member_id, actor=caller.issuer, chain=house.chain, now=now)


@workers.delete("/{member_id}/duties/{duty}", status_code=204)
def end_duty(member_id: UUID, duty: Duty, session: InTransaction) -> None:
    """End what somebody does for the programme, and their powers with it."""
    use_cases.end_duty(session, member_id, duty)


@enrolments.post("/sessions/enrolment", status_code=201)
def begin_enrolment(secret: EnrolmentSecret, session: InTransaction, now: Now, signer: TheSigner) -> SessionBegun:
    """Sign in with the secret that the operator gave, to enrol a second factor."""
    return use_cases.begin_enrolment(session, secret.secret, own_device=secret.own_device, signer=signer, now=now)
