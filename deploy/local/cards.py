"""Paper cards, from the members service to a file for the printer."""

from collections.abc import Iterator, Sequence
from itertools import batched
from pathlib import Path
from typing import Any

from deploy.local.card_sheets import PrintedCard, card_sheets
from deploy.local.ids import known_id
from deploy.local.operator_api import OperatorApi
from deploy.local.private_files import new_private_file
from deploy.local.refusal import Refusal

SCOPE = "cards:issue"
AT_ONCE = 200


def print_cards(data: Path | None, to: Path, *, group: str | None, name: str | None, members: Sequence[str]) -> None:
    if (group is None) == (not members) or (name is not None and group is None):
        raise Refusal(
            "Say for whom: --group SLUG, with --name for one of them, or --member ID as often as you like.", code=2
        )
    ids = [str(known_id(member, "a member")) for member in members]
    # The file comes first: whoever cannot write it must not make everybody's cards worthless.
    try:
        with new_private_file(to) as file:
            api = OperatorApi("members", data)
            cards = list(_of_group(api, group, name) if group else _of_members(api, ids))
            if not cards:
                raise Refusal("Nobody is in that group, so there is no card to print.")
            file.write(card_sheets(cards))
    except FileExistsError as error:
        raise Refusal(f"{to} is there already. Choose another name, or delete it.") from error
    except OSError as error:
        raise Refusal(f"{to} cannot be written: {error.strerror}.") from error
    number = "1 card is" if len(cards) == 1 else f"{len(cards)} cards are"
    print(f"{number} in {to}. Earlier cards of these people no longer work. Delete the file once it is printed.")


def _of_group(api: OperatorApi, group: str, name: str | None) -> Iterator[PrintedCard]:
    after, whose = None, {"group": group} | ({"name": name} if name is not None else {})
    while True:
        page = api.ask("POST", "/cards", SCOPE, json=whose | ({"after": after} if after else {}))
        yield from map(_printed, page["items"])
        after = page.get("next")
        if after is None:
            return


def _of_members(api: OperatorApi, ids: Sequence[str]) -> Iterator[PrintedCard]:
    for some in batched(ids, AT_ONCE):
        yield from map(_printed, api.ask("POST", "/cards", SCOPE, json={"member_ids": some})["items"])


def _printed(item: dict[str, Any]) -> PrintedCard:
    return PrintedCard(item["name"], item["link"], item["words"])
