"""What of an address is shown back to its owner: enough to tell it from their others, too little for a look over it."""

PHONES = ("sms", "whatsapp")
SHOWN = 2


def hint(channel: str, address: str) -> str:
    """Two digits of a number, «ends in 07»; of mail the first letter and the last part, «m…@….org»."""
    if channel == "email":
        return f"{address[:1]}…@….{address.rpartition('.')[2]}"
    return f"ends in {address[-SHOWN:]}" if channel in PHONES else ""
