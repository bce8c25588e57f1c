from dataclasses import dataclass


@dataclass
class OrderPlaced:
    """Typed from the wiki in March. Is there a coupon by now? Ask the shop's team."""

    order_id: str
    amount: float
    coupon: str | None = None


def handler(event, context):
    detail = event.get("detail")
    if not isinstance(detail, dict):
        raise TypeError("There is no detail.")
    if not isinstance(detail.get("orderId"), str):
        raise TypeError("orderId must be a text.")
    if not isinstance(detail.get("amount"), int | float):
        raise TypeError("amount must be a number.")
    order = OrderPlaced(
        detail["orderId"], detail["amount"], detail.get("coupon")
    )
    pack(order)
