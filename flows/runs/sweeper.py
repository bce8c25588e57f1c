"""The sweeper: whatever should go on and does not, is sent on its way again.

Hints get lost with a broker, leases are left behind by killed workers. Every few seconds somebody (a child of the playground,
a hosted installation's worker for upkeep) asks the database which executions are wanted without a live lease. A lease that was
left to a task in the broker is void when that broker is no more: its task went with it. One that has lapsed there may still be in a
queue of more than ten seconds; what is sent for it stands behind that queue, or on a busy installation whoever was swept up would
go before all others.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from django.db.models import Q

from flows.models import Execution, ExecutionState
from flows.runs import dispatch, leases, wall_clock

AT_A_TIME = 200
IN_THE_BROKER = timedelta(seconds=5)
"""So long a hint that was sent may wait in its queue before another is: else a long queue would fill with them."""


def sweep(*, hints_lost: bool = False) -> int:
    """How many executions were sent on their way. `hints_lost`: the broker has begun anew, its queues empty."""
    wanted = Execution.objects.filter(~Q(state=ExecutionState.FAILED), wanted=True).order_by("lease_until")
    now = wall_clock.now()
    leased = wanted.values_list("id", "long_running", "lease_owner", "lease_until")
    found = (
        (execution_id, long_running, owner, until)
        for execution_id, long_running, owner, until in list(leased)
        if not leases.is_good_until(until) or leases.is_gone(owner) or (hints_lost and owner.startswith(leases.WAITING))
    )
    stranded = list(islice(found, AT_A_TIME))
    for execution_id, long_running, owner, until in stranded:
        priority = dispatch.CONTINUED if owner.startswith(leases.WAITING) and not hints_lost else dispatch.FRESH
        if dispatch.hint(execution_id, long_running=long_running, priority=priority):
            left = Execution.objects.filter(id=execution_id, lease_owner=owner, lease_until=until)
            left.update(lease_owner=leases.WAITING, lease_until=now + IN_THE_BROKER)
    return len(stranded)
