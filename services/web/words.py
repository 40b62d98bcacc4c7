"""What several pages say when something is in the way."""

OLD_FORM = (
    "This page was open for too long, so we did not take your answer. Please send it once more. "
    "If this comes back, let your browser keep cookies for this site."
)
AWAY = "Something of ours is not working right now. It is not you. Please try again in a minute."
