"""A device as its browser names itself, in codes that templates/accounts/_device.html says in words."""

from dataclasses import dataclass

# what stands in a browser's name for itself -> what it is; the first that fits
_FORMS = (("iPad", "tablet"), ("Tablet", "tablet"), ("iPhone", "phone"), ("Mobile", "phone"))
_FORMS += (("Android", "tablet"), ("Windows", "desk"), ("Macintosh", "desk"), ("CrOS", "desk"))
_FORMS += (("Linux", "desk"), ("X11", "desk"))
_SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "CrOS", "Linux")
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung"))
_BROWSERS += (("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Firefox", "Firefox"))
_BROWSERS += (("Chrome", "Chrome"), ("Safari", "Safari"))
_SHORT = {"Macintosh": "Mac", "CrOS": "ChromeOS"}


@dataclass(frozen=True, slots=True)
class Device:
    """form: phone tablet desk unknown; system and browser are names, '' where nobody knows."""

    form: str
    system: str
    browser: str


def device(agent: str) -> Device:
    """What kind of device a browser says it runs on. It may say what it likes."""
    system = next((name for name in _SYSTEMS if name in agent), "")
    return Device(
        next((form for name, form in _FORMS if name in agent), "unknown"),
        _SHORT.get(system, system),
        next((name for sign, name in _BROWSERS if sign in agent), ""),
    )
