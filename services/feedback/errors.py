from shared.errors import NotFound


class NoSuchReceipt(NotFound):
    """No remark has this receipt; also said when the number is mistyped."""

    code = "no-such-receipt"
    title = "We do not know that number."
