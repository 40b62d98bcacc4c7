from shared.errors import (
    ServiceError,
    TryAgain,
)


class VaultLocked(TryAgain):
    """The keys in the settings are not those that the vault was filled with."""

    code = "vault-locked"
    title = "The vault does not open."

    def __init__(self) -> None:
        super().__init__("MEMBERS_MASTER_KEY or MEMBERS_INDEX_KEY is not the one this database was filled with.")


class AddressDamaged(ServiceError):
    """An address in the vault was altered or cut short since it was put there."""

    code = "address-damaged"
    title = "An address in the vault cannot be read."
