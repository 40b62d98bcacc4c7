"""The services' APIs, in the words of the pages: a module for each topic, and of its answers what is needed."""

from collections.abc import Callable

from services.web.apis.about_me import AboutMeApi
from services.web.apis.calendar_feed import CalendarFeedApi
from services.web.apis.choices import ChoicesApi
from services.web.apis.groups import GroupsApi
from services.web.apis.keys import KeysApi
from services.web.apis.programme import ProgrammeApi
from services.web.apis.record import RecordApi
from services.web.apis.remarks import RemarksApi
from services.web.apis.sign_in import SignInApi
from services.web.calls import Calls


class Apis:
    """All of them. `vouch` makes a token by which members believes web."""

    def __init__(self, calls: Calls, vouch: Callable[[], str]) -> None:
        self._calls = calls
        self.about_me = AboutMeApi(calls)
        self.calendar_feed = CalendarFeedApi(calls)
        self.choices = ChoicesApi(calls)
        self.groups = GroupsApi(calls)
        self.keys = KeysApi(calls)
        self.programme = ProgrammeApi(calls)
        self.record = RecordApi(calls)
        self.remarks = RemarksApi(calls)
        self.sign_in = SignInApi(calls, vouch)

    async def close(self) -> None:
        """Let the connections go."""
        await self._calls.close()
