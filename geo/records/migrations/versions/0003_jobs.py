"""The queue of background work (procrastinate), as its release 3.10 defines it."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A later release of procrastinate brings a migration of its own: add a version that runs it.
    # Many statements at once: only the driver's own connection takes them.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())
