"""Who is asking, and how far they may see: the one argument that every records function takes."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The roles of the house, one list. A person without an account is RESIDENT."""

    RESIDENT = "resident"  # 住民（無登録）
    PROVIDER = "provider"  # 団体
    COORDINATOR_2 = "coordinator_2"  # 第2層生活支援コーディネーター
    COORDINATOR_1 = "coordinator_1"  # 第1層生活支援コーディネーター
    SUPPORT_CENTRE = "support_centre"  # 地域包括支援センター
    OFFICIAL = "official"  # 市職員
    ADMINISTRATOR = "administrator"  # 管理者
    PREFECTURE = "prefecture"  # 県（共有分のみ）
    VIEWER = "viewer"  # 見るだけの職員


WRITERS = (
    Role.COORDINATOR_2,
    Role.COORDINATOR_1,
    Role.SUPPORT_CENTRE,
    Role.OFFICIAL,
    Role.ADMINISTRATOR,
)
STAFF = (*WRITERS, Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Scope:
    """How far a question may reach.

    municipality  5-digit code; None means every municipality, which only an administrator of
                  the whole installation, a command and a job of the house have
    areas         ids of the districts an account is limited to; None = the whole municipality
    role          what the reader is
    account       who it is; None for residents, commands and jobs
    """

    municipality: str | None
    role: Role
    areas: frozenset[UUID] | None = None
    account: UUID | None = None

    @property
    def is_public(self) -> bool:
        """Whether only what residents may see may be answered (``resource_public``)."""
        return self.role in (Role.RESIDENT, Role.PROVIDER, Role.PREFECTURE)

    @property
    def may_change_resources(self) -> bool:
        """Whether the role may write to the register, within its areas."""
        return self.role in WRITERS


EVERYBODY = Scope(None, Role.RESIDENT)


def house(municipality: str | None = None) -> Scope:
    """The scope of a command or a job: all rights, in one municipality or in all."""
    return Scope(municipality, Role.ADMINISTRATOR)
