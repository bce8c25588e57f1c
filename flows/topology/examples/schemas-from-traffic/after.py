from schema.shop.orders.orderplaced import AWSEvent


def handler(event, context):
    pack(AWSEvent.from_json(event).detail)
