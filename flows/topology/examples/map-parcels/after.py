def handler(parcel, context):
    return pack(parcel["weight"])
