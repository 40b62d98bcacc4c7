from uuid import UUID

from services.members import use_cases
from services.members.errors.sign_in import ByChatOnly
from services.members.routes.dependencies import MemberCaller, MyId, TheWayIn, kept_nowhere
from services.members.schemas.sign_in import EverybodyOut, MySessions, SignInLink
from shared.web import InTransaction, Now, requires, router

sessions = router(prefix="/me", tags=["sign-in"])
everybody = router(tags=["sign-in"])


@sessions.get("/sessions")
def list_sessions(session: InTransaction, caller: MemberCaller, me: MyId, now: Now) -> MySessions:
    """Where I am signed in."""
    return MySessions(items=use_cases.list_sessions(session, me, caller.session_id, now=now))


@sessions.delete("/sessions/{session_id}", status_code=204)
def end_one_session(session_id: UUID, session: InTransaction, me: MyId) -> None:
    """Sign one of my devices out. It always works, also where I was not signed in."""
    use_cases.end_one_of_my_sessions(session, me, session_id)


@sessions.delete("/sessions", status_code=204)
def end_other_sessions(session: InTransaction, caller: MemberCaller, me: MyId) -> None:
    """Sign out everywhere but here."""
    use_cases.end_my_other_sessions(session, me, caller.session_id)


@sessions.post("/sign-in-links", status_code=201, dependencies=[kept_nowhere])
def make_sign_in_link(
    session: InTransaction, caller: MemberCaller, me: MyId, *, now: Now, way_in: TheWayIn
) -> SignInLink:
    """A link that lets me in once, on any device. For chat, when somebody texts LOGIN; never out of a session."""
    if caller.session_id is not None:
        # It would make an old session a new one, and so pass for somebody who has just signed in.
        raise ByChatOnly
    return use_cases.make_sign_in_link(session, me, way_in=way_in, now=now)


@everybody.post("/sessions/ends", dependencies=[requires("members:sign-out")])
def sign_everybody_out(session: InTransaction, now: Now) -> EverybodyOut:
    """After a restore, end every session, code and personal link: some of them were ended since the backup."""
    return use_cases.sign_everybody_out(session, now=now)
