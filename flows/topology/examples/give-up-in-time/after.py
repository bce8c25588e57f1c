def handler(video, context):
    return render(video)
