def handler(line, context):
    return import_line(line)
