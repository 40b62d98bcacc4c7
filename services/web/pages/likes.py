"""What a member likes to do and which languages they speak: what is ticked is theirs."""

from collections.abc import Iterable

from fastapi import APIRouter, Response

from services.web.pages import mine
from services.web.visit import Form, Here, Visit
from shared.errors import PreconditionFailed

# Each as those who speak it write it.
LANGUAGES = {
    "en": "English",
    "am": "አማርኛ",
    "ar": "العربية",
    "bn": "বাংলা",
    "es": "Español",
    "fa": "فارسی",
    "fr": "Français",
    "ku": "Kurdî",
    "pl": "Polski",
    "ps": "پښتو",
    "pt": "Português",
    "ro": "Română",
    "so": "Soomaali",
    "ti": "ትግርኛ",
    "uk": "Українська",
    "ur": "اردو",
    "zh": "中文",
}
MOST_LANGUAGES = 10
TOO_MANY = f"That is a lot. Please tick {MOST_LANGUAGES} at most, with the one you like best."

pages = APIRouter(include_in_schema=False)


@pages.get("/me/interests")
async def ask_interests(visit: Here) -> Response:
    """What there is to tick."""

    async def page(token: str) -> Response:
        likes, seen = await visit.site.apis.about_me.likes(token)
        return _interests(visit, 200, likes.interests, likes.interests_offered, seen=seen)

    return await mine.show(visit, page)


@pages.post("/me/interests")
async def keep_interests(visit: Here) -> Response:
    """Like what is ticked, and nothing else."""
    form = await visit.form()
    ticked = _ticked(form, "like")
    # What could be ticked is in the form as well, so that the page can be shown again when members is away.
    offered = [word for word in form.get("offered").split(",") if word]

    async def again(status: int, problem: str) -> Response:
        return _interests(visit, status, ticked, offered, seen=mine.seen_again(form, status), problem=problem)

    return await mine.change(visit, form, lambda token: _keep(visit, form, "interests", ticked, token), again=again)


@pages.get("/me/languages")
async def ask_languages(visit: Here) -> Response:
    """Which there are."""

    async def page(token: str) -> Response:
        likes, seen = await visit.site.apis.about_me.likes(token)
        return _languages(visit, 200, likes.languages, seen=seen)

    return await mine.show(visit, page)


@pages.post("/me/languages")
async def keep_languages(visit: Here) -> Response:
    """Speak what is ticked, and what is liked best."""
    form = await visit.form()
    best = form.get("best") or "en"
    spoken = [best, *(each for each in _ticked(form, "speak") if each != best)]

    async def again(status: int, problem: str) -> Response:
        return _languages(visit, status, spoken, seen=mine.seen_again(form, status), problem=problem)

    work = lambda token: _keep(visit, form, "languages", spoken, token)  # noqa: E731  # as short as the other
    return await mine.change(visit, form, work, again=again, words={"invalid": TOO_MANY})


def spoken_of(codes: Iterable[str]) -> dict[str, str]:
    """Languages by their codes, in the words of those who speak them; one we have no word for is told by its code."""
    return {code: LANGUAGES.get(code, code) for code in codes}


def _ticked(form: Form, what: str) -> list[str]:
    return [name.removeprefix(f"{what}.") for name in form.typed if name.startswith(f"{what}.")]


async def _keep(visit: Visit, form: Form, what: str, said: list[str], token: str) -> Response:
    api = visit.site.apis.about_me
    try:
        await api.change_likes({what: said}, token, mine.seen_by(form))
    except PreconditionFailed:
        # A form that was sent twice finds its own change.
        if getattr((await api.likes(token))[0], what) != said:
            raise
    return visit.go("/me?kept=1")


def _interests(
    visit: Visit, status: int, ticked: list[str], offered: list[str], *, seen: str, problem: str | None = None
) -> Response:
    facts = {"ticked": ticked, "offered": list(dict.fromkeys([*offered, *ticked])), "seen": seen}
    return visit.page("my_interests.html", status, **facts, problem=problem)


def _languages(visit: Visit, status: int, spoken: list[str], *, seen: str, problem: str | None = None) -> Response:
    choices = LANGUAGES | spoken_of(spoken)
    return visit.page("my_languages.html", status, choices=choices, spoken=spoken, seen=seen, problem=problem)
