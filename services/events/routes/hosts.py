from uuid import UUID

from fastapi import Response

from services.events.queries import activities as queries
from services.events.routes.dependencies import SignedIn, say_who_may_keep_it
from services.events.schemas.hosts import HostedList, HostedView, HostList, HostView
from services.events.use_cases import hosting
from shared.web import InTransaction, MemberCaller, Now, router

NO_CONTENT = 204

hosts = router(prefix="/activities/{activity_id}", tags=["programme"])
hosted = router(tags=["programme"])


@hosted.get("/me/hosting")
def my_hosting(response: Response, session: InTransaction, now: Now, caller: MemberCaller) -> HostedList:
    """What you host, what you were asked to host, and where you can be turned to."""
    say_who_may_keep_it(response, caller)
    return HostedList(
        items=[HostedView.of(*each) for each in queries.hosted_by(session, caller)],
        on_call=list(queries.on_call_for(session, caller, now)),
    )


@hosts.get("/hosts")
def list_hosts(activity_id: UUID, response: Response, session: InTransaction, caller: SignedIn) -> HostList:
    """Who hosts it and who was asked to, for those who run it; anyone else sees what they were asked themselves."""
    say_who_may_keep_it(response, caller)
    return HostList(items=[HostView.of(each) for each in hosting.list_hosts(session, activity_id, caller)])


@hosts.put("/hosts/{member_id}", status_code=NO_CONTENT)
def ask_to_host(activity_id: UUID, member_id: UUID, session: InTransaction, now: Now, caller: SignedIn) -> None:
    """Ask another member of the group to host it with you. They decide."""
    hosting.ask_to_host(session, activity_id, member_id, caller=caller, now=now)


@hosts.put("/hosting", status_code=NO_CONTENT)
def agree_to_host(activity_id: UUID, session: InTransaction, now: Now, caller: MemberCaller) -> None:
    """Say yes to hosting it, after somebody asked you."""
    hosting.agree_to_host(session, activity_id, caller=caller, now=now)


@hosts.delete("/hosting", status_code=NO_CONTENT)
def stop_hosting(activity_id: UUID, session: InTransaction, caller: MemberCaller) -> None:
    """Host it no more, or say no to being asked."""
    hosting.stop_hosting(session, activity_id, caller=caller)
