def handler(event, context):
    return convert(event)
