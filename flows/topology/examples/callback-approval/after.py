import boto3


def answered(token, decision):
    boto3.client("stepfunctions").send_task_success(
        taskToken=token, output=decision
    )
