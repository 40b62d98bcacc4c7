"""What a member likes to do and which languages they speak: what is ticked is theirs."""

from collections.abc import Iterable

from fastapi import APIRouter, Response

from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.visit import Form
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
async def ask_interests(me: Me) -> Response:
    """What there is to tick."""
    return await _ask_interests(me)


@pages.post("/me/interests")
async def keep_interests(me: Me) -> Response:
    """Like what is ticked, and nothing else."""
    return await me.press(lambda form: _keep(me, form, "interests", _ticked(form, "like")), _ask_interests)


@pages.get("/me/languages")
async def ask_languages(me: Me) -> Response:
    """Which there are."""
    return await _ask_languages(me)


@pages.post("/me/languages")
async def keep_languages(me: Me) -> Response:
    """Speak what is ticked, and what is liked best."""
    return await me.press(lambda form: _keep(me, form, "languages", _spoken(form)), _ask_languages, unusable=TOO_MANY)


def spoken_of(codes: Iterable[str]) -> dict[str, str]:
    """Languages by their codes, in the words of those who speak them; one we have no word for is told by its code."""
    return {code: LANGUAGES.get(code, code) for code in codes}


def _ticked(form: Form, what: str) -> list[str]:
    return [name.removeprefix(f"{what}.") for name in form.typed if name.startswith(f"{what}.")]


def _spoken(form: Form) -> list[str]:
    best = form.get("best") or "en"
    return [best, *(each for each in _ticked(form, "speak") if each != best)]


async def _keep(me: MemberVisit, form: Form, what: str, said: list[str]) -> Response:
    api = me.apis.about_me
    try:
        await api.change_likes({what: said}, me.token, form.seen)
    except PreconditionFailed:
        # A form that was sent twice finds its own change.
        if getattr((await api.likes(me.token))[0], what) != said:
            raise
    return me.visit.go("/me?kept=1")


async def _ask_interests(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    likes, seen = await me.apis.about_me.likes(me.token)
    ticked = likes.interests
    if refusal is not None:
        ticked, seen = _ticked(refusal.form, "like"), refusal.seen
    offered = list(dict.fromkeys([*likes.interests_offered, *ticked]))
    return me.page("my_interests.html", refusal=refusal, ticked=ticked, offered=offered, seen=seen)


async def _ask_languages(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    if refusal is not None:
        spoken, seen = _spoken(refusal.form), refusal.seen
    else:
        likes, seen = await me.apis.about_me.likes(me.token)
        spoken = likes.languages
    choices = LANGUAGES | spoken_of(spoken)
    return me.page("my_languages.html", refusal=refusal, choices=choices, spoken=spoken, seen=seen)
