def handler(event, context):
    work(event["Records"])
