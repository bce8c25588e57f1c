import time


def by_event(event):
    for wait_s in (0, 60, 120):
        time.sleep(wait_s)
        try:
            return work([event])
        except Exception as error:
            last = error
    return put_aside([event], last)


def by_queue(batch, receives):
    try:
        work(batch)
    except Exception as error:
        if receives == 3:
            put_aside(batch, error)
        else:
            time.sleep(60)
            by_queue(batch, receives + 1)


def by_halves(batch, attempts):
    try:
        work(batch)
    except Exception as error:
        if len(batch) > 1:
            middle = len(batch) // 2
            by_halves(batch[:middle], attempts)
            by_halves(batch[middle:], attempts)
        elif attempts == 2:
            put_aside(batch, error)
        else:
            by_halves(batch, attempts + 1)
