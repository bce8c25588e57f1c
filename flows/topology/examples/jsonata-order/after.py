def handler(event, context):
    return {"receipt": charge(event["amount"])}
