def handler(event, context):
    invoice(event)
    return {"statusCode": 201, "body": "written"}
