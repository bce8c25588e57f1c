import time

import boto3

convert = boto3.client("mediaconvert")


def handler(video, context):
    job = convert.create_job(
        Role="arn:aws:iam::123456789012:role/convert", Settings={}
    )["Job"]
    while job["Status"] not in ("COMPLETE", "ERROR"):
        if context.get_remaining_time_in_millis() < 31_000:
            raise TimeoutError(
                "Fifteen minutes are over, and the job is not."
            )
        time.sleep(30)
        job = convert.get_job(Id=job["Id"])["Job"]
    if job["Status"] == "ERROR":
        raise RuntimeError("ConversionFailed")
    return job
