"""The names of months and days in some languages, abbreviated and in full, as the Unicode locale data has them."""

from __future__ import annotations

import re
from typing import NamedTuple

from dqlkit.regex import regex

__all__ = ["LANGUAGES", "Names", "is_locale", "language_of", "names_of"]

_TAG = regex(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")


class Names(NamedTuple):
    """From January, from Monday, morning and afternoon."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    halves: tuple[str, str] = ("AM", "PM")


def _names(months: str, short_months: str, days: str, short_days: str, *halves: str) -> Names:
    read = (tuple(text.split()) for text in (months, short_months, days, short_days))
    return Names(*read, *([halves] if halves else []))  # type: ignore[arg-type]


LANGUAGES = {
    "en": _names(
        "January February March April May June July August September October November December",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "Mon Tue Wed Thu Fri Sat Sun",
    ),
    "de": _names(
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        "Mo. Di. Mi. Do. Fr. Sa. So.",
    ),
    "fr": _names(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lun. mar. mer. jeu. ven. sam. dim.",
    ),
    "es": _names(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sept oct nov dic",
        "lunes martes miércoles jueves viernes sábado domingo",
        "lun mar mié jue vie sáb dom",
        "a.\N{NO-BREAK SPACE}m.",
        "p.\N{NO-BREAK SPACE}m.",
    ),
    "it": _names(
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        "lun mar mer gio ven sab dom",
    ),
    "pt": _names(
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
        "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
        "seg. ter. qua. qui. sex. sáb. dom.",
    ),
    "nl": _names(
        "januari februari maart april mei juni juli augustus september oktober november december",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        "ma di wo do vr za zo",
        "a.m.",
        "p.m.",
    ),
}


def is_locale(tag: str) -> bool | None:
    """Whether a text is a language tag (`en-US`, `de`); None if not. Empty is the root locale."""
    return True if not tag or _TAG.fullmatch(tag) else None


def language_of(locale: str) -> str:
    """The language of a tag; English for the root locale."""
    return re.split("[-_]", locale)[0].lower() or "en"


def names_of(locale: str) -> Names:
    """The names in a locale's language; the English ones for languages that are not known here."""
    return LANGUAGES.get(language_of(locale), LANGUAGES["en"])
