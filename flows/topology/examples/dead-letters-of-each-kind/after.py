def handler(event, context):
    write_invoice(event["detail"])
