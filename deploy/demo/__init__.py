"""The demo forum: obviously invented members and a programme that begins this week."""

from deploy.demo.load import load

__all__ = ["load"]
