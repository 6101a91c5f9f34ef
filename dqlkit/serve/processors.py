"""What OpenPipeline's editor asks of its texts: whether a processor's script or a matcher is right, and what may be written next.

[decided: `configurationId` and `protectedFields` are taken and do not count, since there are no pipelines here; a matcher in the
older language LQL cannot be translated.]
"""

from __future__ import annotations

from dqlkit.languages.language import Part
from dqlkit.serve.envelopes import grail
from dqlkit.serve.fault import Answer, Fault, answer
from dqlkit.serve.grail import verified
from dqlkit.serve.route import Api, Call
from dqlkit.serve.suggestions import suggestions

__all__ = ["API"]

API = Api("OpenPipeline texts", grail, ("/platform/openpipeline",))
#: The kinds of texts: the member of the body that holds one, and what it is in DQL.
_KINDS: dict[str, tuple[str, Part]] = {"dqlProcessor": ("script", "stages"), "matcher": ("query", "expression")}


def _declare(kind: str, member: str, part: Part) -> None:
    async def verify(call: Call) -> Answer:
        return answer(200, await call.server.apart(verified, _text(call, member), part))

    async def autocomplete(call: Call) -> Answer:
        text, place = _text(call, member), call.json.get("cursorPosition")
        cursor = place if type(place) is int and place >= 0 else None
        return answer(200, await call.server.apart(suggestions, text, cursor, call.server.store, part))

    verify.__doc__ = f"Whether the text of a {kind} is right."
    autocomplete.__doc__ = f"What may be written next in a {kind}."
    API.route("POST", f"/platform/openpipeline/v1/{kind}/verify")(verify)
    API.route("POST", f"/platform/openpipeline/v1/{kind}/autocomplete")(autocomplete)


for _kind, _declared in _KINDS.items():
    _declare(_kind, *_declared)


def _text(call: Call, member: str) -> str:
    text = call.json.get(member) if type(call.json) is dict else None
    if type(text) is not str:
        raise Fault(400, f"The body of the request has to be a JSON object with a text `{member}`.")
    return text
