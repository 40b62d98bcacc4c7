"""Let nobody be told that hosts see a need: nothing ever showed one to them

A migration must work with the release before it: add first, use later, drop last.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was for hosts is for the member alone: no more people see it than they agreed to.
    op.execute("UPDATE access_needs SET seen_by = 'me' WHERE seen_by = 'hosts'")


def downgrade() -> None:
    """Who said hosts is not known any more."""
