def check_credit(account, context):
    if score(account) < 500:
        raise CreditRefused
    return {"passed": True}
