import time


def handler(order, context):
    lines = [
        {"name": each["name"], "sum": each["price"] * each["quantity"]}
        for each in order["items"]
    ]
    total = sum(line["sum"] for line in lines)
    reduced = total > 100
    if reduced:
        total = round(total * 0.9, 2)
    for attempt in range(4):
        try:
            receipt = charge(total)
            break
        except GatewayBusy:
            if attempt == 3:
                raise
            time.sleep(2**attempt)
    return {
        "order": order["order"],
        "lines": lines,
        "total": total,
        "reduced": reduced,
        "receipt": receipt,
    }
