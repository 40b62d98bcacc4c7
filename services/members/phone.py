"""Phone numbers: from what people write to E.164, and which of them a text can reach.

A number without its country is refused, because a guess would send somebody's evening to a stranger. A programme whose
members all write numbers of one country may name it (`MEMBERS_PHONE_REGION=GB`); then 07700 900123 is read as theirs.
"""

import re

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    number_type,
    parse,
)

from services.members.errors.files import UnusableAddress

WITH_ITS_COUNTRY = "Write the phone number with its country, like +44 7700 900123."

# Ofcom keeps these for drama, and demonstrations and tests use them; the library calls them invalid.
FOR_DRAMA = re.compile(r"\+447700900\d{3}")
SHORTENED = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)

# In some countries a number does not tell whether it is a mobile.
TEXTABLE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
WHY_NOT = {
    PhoneNumberType.FIXED_LINE: "That phone number is a landline, which texts do not reach. Write a mobile number.",
    PhoneNumberType.PREMIUM_RATE: "That phone number costs extra to reach. Write an ordinary mobile number.",
    PhoneNumberType.PERSONAL_NUMBER: "That is a personal (070) number, dear and often misused. Write a mobile number.",
    PhoneNumberType.UNKNOWN: "There is no such phone number. Look at its digits again.",
}
WRONG_LENGTH = {
    ValidationResult.TOO_SHORT: "That phone number is too short. Look at its digits again.",
    ValidationResult.TOO_LONG: "That phone number is too long. Look at its digits again.",
}


def textable(text: str, region: str) -> str:
    """The number as E.164, when a text can reach it; raises UnusableAddress, which says what is wrong.

    `region` is the country of numbers that name none, or empty when they are refused.
    """
    number = _parsed(text, region)
    written = format_number(number, PhoneNumberFormat.E164)
    if FOR_DRAMA.fullmatch(written):
        return written
    too = WRONG_LENGTH.get(is_possible_number_with_reason(number))
    if too:
        raise UnusableAddress(too)
    kind = number_type(number)
    if kind not in TEXTABLE:
        raise UnusableAddress(WHY_NOT.get(kind, "Texts do not reach that phone number. Write a mobile number."))
    return written


def as_told(text: str, region: str = "") -> str:
    """A sender as a provider tells it, in E.164 where it is a number; short codes and names stay as they are."""
    try:
        return format_number(_parsed(text, region), PhoneNumberFormat.E164)
    except UnusableAddress:
        return text.strip()


def _parsed(text: str, region: str) -> PhoneNumber:
    text = text.strip()
    if SHORTENED.fullmatch(text):
        raise UnusableAddress(
            "A spreadsheet has cut that phone number short. Format its column as text and write the number again."
        )
    if text.startswith("00"):
        # No national number begins so: it is how most of the world dials «+».
        text = f"+{text[2:]}"
    try:
        return parse(text, region or None)
    except NumberParseException as error:
        raise UnusableAddress(_why_unreadable(text, error)) from error


def _why_unreadable(text: str, error: NumberParseException) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return "No country has that phone number's code." if text.startswith("+") else WITH_ITS_COUNTRY
    if error.error_type == NumberParseException.NOT_A_NUMBER:
        return "That is not a phone number. Write it like +44 7700 900123."
    return f"That phone number cannot be read. {WITH_ITS_COUNTRY}"
