import threading

import pytest

from shared.messaging import Relay
from tests.shared.waiting import until
from tests.shared.world import World


def test_a_relay_rests_until_the_bell_rings(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shared.messaging.relay.TICK_SECONDS", 3600.0)
    steps, stop = [], threading.Event()
    step = Relay.step
    monkeypatch.setattr(Relay, "step", lambda self, session: steps.append(1) or step(self, session))
    relay = Relay(world.logs["alpha"], world.engines["alpha"], lambda *_: None, world.clock)
    thread = threading.Thread(target=relay.run, args=(stop,), daemon=True)
    thread.start()
    until(lambda: steps, "it leads")
    # Whoever asks again and again without being rung would do so many times beside this.
    for _ in range(300):
        world.query("alpha", "SELECT 1")
    assert len(steps) == 1
    stop.set()
    world.publish("alpha")
    thread.join()
