def handler(event, context):
    shrink(event)
