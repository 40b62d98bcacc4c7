"""Who hears what: the whole flow of messages between services, in one table."""

from collections.abc import Mapping

from shared.contracts import events, members, notifications
from shared.contracts.message import Message

Routes = Mapping[type[Message], tuple[str, ...]]

ROUTES: Routes = {
    members.GroupChanged: ("events",),
    members.GroupJoined: ("events",),
    members.GroupLeft: ("events",),
    members.PreferencesChanged: ("notifications",),
    members.MemberJoined: ("notifications",),
    members.SignInAsked: ("members",),
    members.SignInCodeIssued: ("notifications",),
    members.MemberErased: ("events", "notifications"),
    members.MemberMerged: ("events", "notifications"),
    events.OccurrenceScheduled: ("notifications",),
    events.OccurrenceMoved: ("notifications",),
    events.OccurrenceConfirmed: ("notifications",),
    events.OccurrenceDescribed: ("notifications",),
    events.OccurrenceCancelled: ("notifications",),
    events.WaitedForCalledOff: ("notifications",),
    events.HostAsked: ("notifications",),
    events.RsvpChanged: ("notifications",),
    events.PlaceOffered: ("notifications",),
    events.OfferWithdrawn: ("notifications",),
    events.RoleNeedsCover: ("notifications",),
    events.CoverSettled: ("notifications",),
    # Nobody hears these yet: asks go out with the ledger of asks.
    events.OpportunityOpened: (),
    events.PlaceDrawn: (),
    events.ReserveAsked: (),
    # Nobody is told of polls yet; the front ends show them.
    events.PollOpened: (),
    events.PollUndecided: (),
    events.PollClosed: (),
    events.Erased: ("members",),
    notifications.StopReceived: ("members",),
    notifications.StartReceived: ("members",),
    notifications.DeliveryFailedForGood: ("members",),
    notifications.Erased: ("members",),
}


def source_of(kind: str) -> str:
    """The service that publishes a kind: its first word."""
    return kind.partition(".")[0]


def kinds_for(subscriber: str, source: str, routes: Routes = ROUTES) -> tuple[str, ...]:
    """The kinds that `source` sends to `subscriber`."""
    return tuple(m.kind for m, to in routes.items() if subscriber in to and source_of(m.kind) == source)


def subscribers_of(source: str, routes: Routes = ROUTES) -> tuple[str, ...]:
    """Every service that hears anything from `source`, in a stable order."""
    return tuple(sorted({name for m, to in routes.items() if source_of(m.kind) == source for name in to}))


def sources_for(subscriber: str, routes: Routes = ROUTES) -> tuple[str, ...]:
    """Every service that `subscriber` hears from, in a stable order."""
    return tuple(sorted({source_of(m.kind) for m, to in routes.items() if subscriber in to}))
