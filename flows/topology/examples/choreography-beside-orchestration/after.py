def reserve_stock(event, context):
    if not in_stock(event["detail"]):
        raise OutOfStock
