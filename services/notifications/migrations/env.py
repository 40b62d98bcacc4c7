from services.notifications.models import NotificationsBase
from shared.migrations import run_env

run_env(NotificationsBase.metadata)
