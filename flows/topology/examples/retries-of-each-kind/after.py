def handler(event, context):
    return fetch(event["symbol"])
