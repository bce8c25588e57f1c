from concurrent.futures import ThreadPoolExecutor


def handler(order, context):
    with ThreadPoolExecutor(max_workers=2) as workers:
        return list(workers.map(send, order["parcels"]))


def send(weight):
    box = pack(weight)
    return {"box": box, "by": "freight" if weight > 20 else "post"}
