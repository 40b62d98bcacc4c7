from services.members.models import MembersBase
from shared.migrations import run_env

run_env(MembersBase.metadata)
