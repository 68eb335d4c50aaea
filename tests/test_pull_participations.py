"""Where Amazon lets no account sell, prices that follow others rest; a person's own price goes all the same."""

from __future__ import annotations

from typing import Any

from tests.kit_fixtures import Practice, RunKit

LOWEST: dict[str, Any] = {
    "name": "Lowest",
    "competitor": {"source": "lowest"},
    "adjustment": {"direction": "match"},
    "floor": {"attribute": "price", "direction": "decrease", "percent": "20"},
}
CALL = "getMarketplaceParticipations"


def reasons(practice: Practice) -> list[str]:
    frame = practice.kit.stores["us"].listings("Active")
    return [words for words in frame["reason"] if "rests" in words]


def test_prices_that_follow_others_rest_while_amazon_suspends_the_account_and_say_so(run_kit: RunKit) -> None:
    """PR-12: the rule rests with a notice, an override wins, and it works again once Amazon lets the account in."""
    practice = run_kit(products=30)
    kit, store = practice.kit, practice.kit.stores["us"]
    kit.sync(["us"])
    assert practice.calls(CALL) == 0
    store.prices.commit([LOWEST], "Follow the lowest", by="Ada")
    settings = kit.settings.stores["us"]
    account, site = (
        practice.running.world.amazon.accounts[kit.settings.accounts[settings.account].seller_id],
        settings.site,
    )
    account.suspended = frozenset([site.id])
    for _ in range(2):
        practice.wait(5)
        kit.sync(["us"])
    assert practice.calls(CALL) == 1
    told = reasons(practice)
    assert told and all("Amazon has suspended the account's listings in US." in words for words in told)
    sku = practice.active_skus("us")[0]
    assert store.prices.explain(sku) is not None
    store.actions.override([sku], price="77.00", by="Ada").apply()
    practice.wait(10)
    kit.pull(["us"])
    assert practice.listing("us", sku).price == 7700
    account.suspended = frozenset()
    practice.wait(6 * 60 + 5)
    for _ in range(2):
        kit.sync(["us"])
        practice.wait(5)
    assert practice.calls(CALL) == 2 and not any("suspended" in words for words in reasons(practice))
