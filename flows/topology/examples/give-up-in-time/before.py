import time
from concurrent.futures import ThreadPoolExecutor, TimeoutError

workers = ThreadPoolExecutor()


def handler(video, context):
    for attempt in range(3):
        working = workers.submit(render, video)
        try:
            return publish(working.result(timeout=8))
        except TimeoutError:
            working.cancel()
            time.sleep(2 * 3**attempt)
    return publish({**video, "quality": "preview"})
