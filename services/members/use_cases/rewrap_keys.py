import logging

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.errors.vault import VaultLocked
from services.members.models import MemberKey
from services.members.schemas.vault import Rewrapped
from services.members.vault import Vault

log = logging.getLogger(__name__)


def rewrap_keys(session: Session, vault: Vault, limit: int) -> Rewrapped:
    """Wrap up to `limit` members' keys anew with the newest master key; says how many another still wraps.

    Many may do so at once: each takes what no other has. A key that no master key opens stays as it is, and is told of.
    """
    newest = vault.newest_master
    older = MemberKey.master != newest
    # In any order, so that keys which do not open never keep the others waiting.
    query = select(MemberKey).where(older).order_by(func.random()).limit(limit).with_for_update(skip_locked=True)
    done = 0
    for key in session.scalars(query):
        try:
            key.wrap_again(vault)
        except VaultLocked:
            log.exception("a member's key does not open with any master key", extra={"member_id": key.member_id})
        else:
            done += 1
    session.flush()
    left = session.scalar(select(func.count()).select_from(MemberKey).where(older)) or 0
    return Rewrapped(newest=newest, done=done, left=left)
