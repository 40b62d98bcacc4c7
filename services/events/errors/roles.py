from shared.errors import Conflict, Invalid, PreconditionFailed


class NoSuchRole(Invalid):
    """A role that nobody is needed in at this occurrence."""

    code = "no-such-role"
    title = "Nobody is needed for that here."


class RoleFull(Conflict):
    """Enough have taken it."""

    code = "role-full"
    title = "Somebody does that already."


class RoleClashes(Conflict):
    """The caller has a role elsewhere at the same time."""

    code = "role-clashes"
    title = "You do something else at that time."


class RolesTaken(Conflict):
    """Fewer would be needed than have taken a role."""

    code = "roles-taken"
    title = "More people than that have taken it."


class NothingMissing(Conflict):
    """There is nobody to be looked for."""

    code = "nothing-missing"
    title = "Nobody is missing."


class NobodyToAsk(Conflict):
    """No member of the group wished to be asked who was not asked yet."""

    code = "nobody-to-ask"
    title = "There is nobody left to ask."


class PlanChanged(PreconditionFailed):
    """It is no longer as the caller last saw it."""

    code = "plan-changed"
    title = "Somebody changed it meanwhile."
