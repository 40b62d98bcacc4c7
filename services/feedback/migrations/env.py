from services.feedback.models import FeedbackBase
from shared.migrations import run_env

run_env(FeedbackBase.metadata)
