def handler(event, context):
    return {"records": [clean(record) for record in event["records"]]}
