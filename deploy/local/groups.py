from pathlib import Path

from deploy.local.operator_api import OperatorApi
from deploy.local.refusal import Refusal

VISIBILITIES = ("open", "closed", "hidden")


def add_group(data: Path | None, name: str, visibility: str, slug: str | None) -> None:
    if visibility not in VISIBILITIES:
        raise Refusal(f"--visibility {visibility} is not known. Choose from: {', '.join(VISIBILITIES)}.", code=2)
    draft = {"name": name, "visibility": visibility} | ({"slug": slug} if slug else {})
    group = OperatorApi("members", data).ask("POST", "/groups", "groups:write", json=draft)
    print(f"{group['name']} is there, {group['visibility']}. Its short name is {group['slug']}.")


def list_groups(data: Path | None) -> None:
    found = list(OperatorApi("members", data).pages("/groups", "groups:write"))
    if not found:
        print("There is no group yet. `afterhours groups add NAME` makes one.")
    width = max((len(group["slug"]) for group in found), default=0)
    for group in found:
        print(f"{group['slug']:{width}}  {group['visibility']:6}  {group['name']}")
