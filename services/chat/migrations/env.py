from services.chat.models import ChatBase
from shared.migrations import run_env

run_env(ChatBase.metadata)
