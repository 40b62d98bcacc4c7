"""What runs behind the APIs: receiving messages, timed jobs, the relay, and a watch over all of it."""

from shared.worker.celery_app import create_celery
from shared.worker.jobs import Job, Schedule, Work, erasing_again, every, sweeping
from shared.worker.process import ServiceWork, run_beat, run_worker

__all__ = [
    "Job",
    "Schedule",
    "ServiceWork",
    "Work",
    "create_celery",
    "erasing_again",
    "every",
    "run_beat",
    "run_worker",
    "sweeping",
]
