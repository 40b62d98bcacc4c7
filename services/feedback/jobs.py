from services.feedback.models import FeedbackBase
from shared.worker import sweeping

JOBS = [sweeping(FeedbackBase.metadata)]
