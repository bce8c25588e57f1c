from schema.shop_orders.orderplaced import AWSEvent, Marshaller


def handler(event, context):
    pack(Marshaller.unmarshall(event, AWSEvent).detail)
