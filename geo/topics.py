"""たずねること: what people ask for, in words of kinds.csv, so that a municipality's own kinds belong by themselves."""

from dataclasses import dataclass

from geo.records.kinds import Kind

_LIVING = "living_support"


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked for.

    viewpoint, fields (any of them), reach (any), element   what a kind must have; () and "" ask nothing
    but  a field that it must not have
    """

    viewpoint: str = ""
    fields: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    element: str = ""
    but: str = ""

    def holds(self, kind: Kind) -> bool:
        """Whether a kind is one of these. What only stands there (a chair, a toilet) answers no call."""
        return (
            kind.reach != "there"
            and (not self.viewpoint or self.viewpoint in kind.viewpoints)
            and (not self.fields or bool({*self.fields} & {*kind.fields}))
            and (not self.reach or kind.reach in self.reach)
            and (not self.element or kind.element == self.element)
            and (not self.but or self.but not in kind.fields)
        )


GATHERINGS = Topic(viewpoint="activity", fields=("gathering_place", "health", "exchange"))
TOPICS = {
    "exercise": Topic(viewpoint="activity", fields=("health",), element="prevention"),
    "salon": Topic(viewpoint="activity", fields=("gathering_place",), but="health"),
    "shopping": Topic(viewpoint="service", fields=("shopping",), element=_LIVING),
    "transport": Topic(viewpoint="service", fields=("transport",), element=_LIVING),
    "meals": Topic(viewpoint="service", fields=("meals",), reach=("comes",)),
    "household": Topic(
        fields=("cleaning", "laundry"), reach=("comes",), element=_LIVING, but="meals"
    ),
    "watching_over": Topic(
        fields=("watching_over",), reach=("comes", "assigned"), element=_LIVING, but="meals"
    ),
    "medical": Topic(viewpoint="service", fields=("medical",), element="medical"),
    "consultation": Topic(viewpoint="actor", reach=("assigned",)),
}
