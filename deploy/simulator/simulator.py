"""The parts of one simulator, put together."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from deploy.simulator.callbacks import Background, Webhooks
from deploy.simulator.carrier import Carrier
from deploy.simulator.faults import Luck
from deploy.simulator.settings import SimulatorSettings
from deploy.simulator.store import Store
from shared.clock import Clock, clock_from


@dataclass(frozen=True)
class Simulator:
    """What the routes and the mail server share."""

    settings: SimulatorSettings
    clock: Clock
    store: Store
    luck: Luck
    webhooks: Webhooks
    background: Background
    carrier: Carrier

    async def close(self) -> None:
        await self.background.close()
        await self.webhooks.close()


def assemble(settings: SimulatorSettings) -> Simulator:
    clock = clock_from(settings.clock_offset)
    store = Store(settings.keep, settings.keep_bytes)
    luck = Luck()
    webhooks = Webhooks(settings.auth_token.get_secret_value(), luck, settings.webhook_timeout, settings.webhooks_to)
    background = Background()
    carrier = Carrier(settings=settings, store=store, luck=luck, webhooks=webhooks, background=background, clock=clock)
    return Simulator(settings, clock, store, luck, webhooks, background, carrier)


def _of(request: Request) -> Simulator:
    simulator: Simulator = request.app.state.simulator
    return simulator


Sim = Annotated[Simulator, Depends(_of)]
