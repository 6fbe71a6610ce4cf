"""What happens without anybody clicking: collecting, sending, sweeping up, looking again.

The rows are the truth about what is to be done. A job is a ring of the doorbell: it names a row at most, claims it in
the room that owns it, and does nothing when somebody was quicker.
"""

from inbox.jobs.bells import listen
from inbox.jobs.tasks import Jobs
from inbox.jobs.worker import run_worker

__all__ = ["Jobs", "listen", "run_worker"]
