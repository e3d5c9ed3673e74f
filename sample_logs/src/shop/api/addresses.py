"""Delivery addresses."""

import re

POSTCODES = {
    "AT": r"\d{4}",
    "DE": r"\d{5}",
    "FR": r"\d{5}",
    "NL": r"\d{4} ?[A-Z]{2}",
}


class AddressInvalid(ValueError):
    """The customer can mend it."""


def change_address(country: str, postcode: str) -> tuple[str, str]:
    """PUT /v1/addresses/{id}."""
    return country, _checked(country, postcode.strip().upper())


def _checked(country: str, postcode: str) -> str:
    if not re.fullmatch(POSTCODES[country], postcode):
        raise AddressInvalid(f"postcode {postcode!r} is none of {country}")
    return postcode
