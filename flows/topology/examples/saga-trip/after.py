def take_payment(trip, context):
    if trip["card"] == "expired":
        raise CardExpired
    return {"paid": True}
