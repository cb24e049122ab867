"""What is asked of 到達圏, as a query or a form says it."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from geo.reach_questions import PUBLIC_MINUTES, ReachQuestion, TravelProfile, Walk, steps_to
from geo.scope import Scope

LONGEST_WORD = 100
USUAL_PROFILE, USUAL_MINUTES = "on_foot", "30"  # おおむね30分以内

Profiles = Mapping[str, TravelProfile]  # as the municipality has them, by code


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query says, as typed; what makes no sense is found by those who read it.

    place  "LON,LAT" or ""; resource, district: ids or ""; kind: a code or ""
    """

    place: str
    resource: str
    kind: str
    district: str
    profile: str
    minutes: str
    modifiers: tuple[str, ...]

    @classmethod
    def of(cls, args: "MultiDict[str, str]") -> "Asked":
        """The words of a query or a form."""
        word = {name: args.get(name, "")[:LONGEST_WORD] for name in args}
        return cls(
            place=word.get("from", ""),
            resource=word.get("resource", ""),
            kind=word.get("kind", ""),
            district=word.get("district", ""),
            profile=word.get("profile") or USUAL_PROFILE,
            minutes=word.get("minutes") or USUAL_MINUTES,
            modifiers=tuple(one[:LONGEST_WORD] for one in args.getlist("modifiers")[:10]),
        )

    def walk(self, scope: Scope, among: Profiles) -> Walk:
        """Who walks how far to a resource. Raises Invalid."""
        steps, how = steps_to(self.minutes), {"only": allowed(scope), "among": among}
        return Walk.parse(self.profile, steps, self.modifiers, backward=True, **how)

    def question(self, scope: Scope, among: Profiles) -> ReachQuestion:
        """Who walks how far from the point. Raises Invalid."""
        steps, how = steps_to(self.minutes), {"only": allowed(scope), "among": among}
        return ReachQuestion.parse(self.profile, self.place, steps, self.modifiers, **how)


def allowed(scope: Scope) -> tuple[int, ...]:
    """The minutes that a reader may ask for; () for any."""
    return PUBLIC_MINUTES if scope.is_public else ()
