"""The doctor: whatever is wrong between the settings and the two sides is told in words, with what to do about it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest

from channelkit.commerce.signing import OAuth1
from channelkit.database.schema import buckets
from channelkit.kit import Kit
from channelkit.model.orders import Order, Person
from channelkit.onboarding import doctor
from channelkit.onboarding.expiry import check_consent, check_secret
from channelkit.onboarding.finding import Finding, Report
from channelkit.onboarding.forecast import Shape, forecast
from channelkit.onboarding.paging import Pace, choose_sizes
from channelkit.people.key_file import write_key_file
from channelkit.settings.secret import Secret
from channelkit.settings.sections import PeopleSettings, Settings
from tests.kit_fixtures import Practice, RunKit


def findings_of(report: Report, level: str) -> dict[str, str]:
    """Return what was found of a level: subject to words and fix."""
    return {found.subject: f"{found.words} {found.fix}" for found in report.findings if found.level == level}


def changed(practice: Practice, **commerce: object) -> Kit:
    """Return a kit whose settings say something else of Commerce."""
    section = msgspec.structs.replace(practice.kit.settings.commerce, **commerce)
    return with_settings(practice, msgspec.structs.replace(practice.kit.settings, commerce=section))


def with_account(practice: Practice, name: str, **account: object) -> Kit:
    settings = practice.kit.settings
    section = msgspec.structs.replace(settings.accounts[name], **account)
    return with_settings(practice, msgspec.structs.replace(settings, accounts={**settings.accounts, name: section}))


def with_settings(practice: Practice, settings: Settings) -> Kit:
    kit = Kit(settings)
    kit.parts.clock = practice.kit.clock
    return kit


def test_a_kit_in_which_all_is_well_has_nothing_to_say_but_that(run_kit: RunKit) -> None:
    """ON-02: settings, secrets, database, Commerce, both accounts and both stores."""
    report = run_kit().kit.doctor()
    assert report.is_fine and not findings_of(report, "warn"), str(report)
    subjects = set(findings_of(report, "ok"))
    assert {"settings", "database", "Commerce", "Commerce: secrets", "account us", "account us: roles"} <= subjects
    assert {"store us", "store de", "account de: secret", "store de: consent"} <= subjects


def test_the_doctor_changes_nothing_and_needs_few_calls(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.kit.doctor()
    assert practice.calls("getMarketplaceParticipations") == 2 and practice.calls("patchListingsItem") == 0
    assert practice.calls("GetV1Products") == 2


def test_no_report_shows_a_secret(run_kit: RunKit) -> None:
    practice = run_kit()
    report = practice.kit.doctor()
    told = f"{report} {report._repr_html_()} {json.dumps(report.rows())}"
    secrets = [path.read_text() for path in (practice.folder / "secrets").iterdir()]
    assert secrets and not [secret for secret in secrets if secret in told]
    assert "client_secret from the file secrets/us-client_secret" in told


# ---------------------------------------------------------------- Amazon


def test_a_revoked_consent_stops_the_sync_and_says_how_to_repair_it(run_kit: RunKit) -> None:
    """ON-02: a seller who has revoked the consent; nothing is sent, and the way back is told."""
    practice = run_kit()
    practice.running.faults.add("token_revoked", "token", count=None)
    failed = findings_of(practice.kit.doctor(), "fail")
    assert "revoked the consent" in failed["account us"] and "Authorize the application" in failed["account us"]
    assert "does not get in" in failed["store us"]
    run = practice.kit.sync(["us"])
    assert run.state == "failed" and run.outcomes[0].verdict == "unread" and "again" in " ".join(run.problems())
    assert not practice.changes("sent", "accepted")


def test_whoever_asks_too_often_is_not_told_that_something_is_wrong(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.kit.doctor()
    with practice.kit.database.write() as connection:
        used_up = buckets.update().where(buckets.c.operation == "getMarketplaceParticipations")
        connection.execute(used_up.values(tokens=0.0))
    practice.kit.parts.amazon("us").transport.patience = 1.0
    report = practice.kit.doctor()
    assert report.is_fine and "quota" in findings_of(report, "warn")["account us"]
    assert "could not be asked now" in findings_of(report, "warn")["store us"]


def test_a_changed_client_secret_is_told_from_a_revoked_consent(run_kit: RunKit) -> None:
    practice = run_kit()
    (practice.folder / "secrets" / "us-client_secret").write_text("another")
    failed = findings_of(practice.kit.doctor(), "fail")
    assert "does not know this client id and secret" in failed["account us"] and "180 days" in failed["account us"]
    assert "account de" not in failed and "store de" not in failed


def test_a_missing_role_is_named_with_what_does_not_work_without_it(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.running.faults.add("forbidden", "searchCatalogItems", count=None)
    practice.running.faults.add("forbidden", "getReports", count=None)
    report = practice.kit.doctor()
    words = " ".join(found.words for found in report.findings if found.subject == "account us: roles")
    assert "'Product Listing' is missing (searchCatalogItems)" in words
    assert "'Inventory and Order Tracking' is missing (getReports)" in words and "searchListingsItems" not in words
    assert findings_of(report, "ok")["store us"]


def test_an_account_of_another_region_is_found_where_it_is(run_kit: RunKit) -> None:
    practice = run_kit()
    endpoints = practice.running.ready["amazon"]
    kit = with_account(practice, "us", url=endpoints["eu"], region="eu")
    report = doctor.examine(kit.parts, endpoints)
    kit.close()
    words = findings_of(report, "fail")["account us"]
    assert "does not know the seller; 'na' does" in words and 'region = "na"' in words


def test_a_marketplace_that_the_seller_does_not_take_part_in_is_told(run_kit: RunKit) -> None:
    practice = run_kit()
    stores = practice.kit.settings.stores
    mexico = msgspec.structs.replace(stores["us"], marketplace="MX")
    kit = with_settings(practice, msgspec.structs.replace(practice.kit.settings, stores={"mx": mexico}))
    failed = findings_of(kit.doctor(), "fail")
    kit.close()
    assert "does not sell on Amazon MX" in failed["store mx"]


def test_a_seller_on_vacation_is_told(run_kit: RunKit) -> None:
    practice = run_kit()
    account = practice.running.world.amazon.accounts[practice.kit.settings.accounts["us"].seller_id]
    account.suspended = frozenset({practice.kit.settings.stores["us"].site.id})
    warned = findings_of(practice.kit.doctor(), "warn")
    assert "on vacation" in warned["store us"] and "Listing Status" in warned["store us"]


def test_a_store_without_an_account_is_told_and_the_others_are_still_checked(run_kit: RunKit) -> None:
    """ON-03: the record exists before the connection; its cycle is left out with words and not with an error."""
    practice = run_kit()
    practice.kit.add_store("shop", website="us", email="a@example.com", label="Shop", marketplace="CA")
    report = practice.kit.doctor()
    assert report.is_fine and "store connect shop" in findings_of(report, "warn")["store shop"]
    run = practice.kit.sync(["shop"])
    assert run.state == "done" and "store connect shop" in str(run)


# ---------------------------------------------------------------- clocks


@pytest.mark.parametrize(
    ("system", "operation"), [("Commerce", "GetV1Products"), ("account us", "getMarketplaceParticipations")]
)
@pytest.mark.parametrize(("amount", "level", "words"), [(900.0, "fail", "behind"), (-120.0, "warn", "ahead of")])
def test_clocks_that_differ_are_told(
    run_kit: RunKit, system: str, operation: str, amount: float, level: str, words: str
) -> None:
    practice = run_kit()
    practice.running.faults.add("skewed_clock", operation, count=None, amount=amount)
    found = findings_of(practice.kit.doctor(), level)
    assert f"clock is {abs(amount) / 60:.0f} minutes {words}" in found[f"{system}: clock"]


def test_a_clock_that_is_far_ahead_is_named_where_commerce_refuses_the_signature(run_kit: RunKit) -> None:
    practice = run_kit()
    ahead = practice.kit.clock.now() + 3_600
    transport = practice.kit.parts.commerce.transport
    assert isinstance(transport.credentials, OAuth1)
    transport.credentials = replace(transport.credentials, now=lambda: ahead)
    failed = findings_of(practice.kit.doctor(), "fail")
    assert "refuses the time of our signatures" in failed["Commerce"]


# ---------------------------------------------------------------- people's data


def with_key(practice: Practice, reference: str) -> Kit:
    people = PeopleSettings(key=Secret(reference, practice.folder))
    return with_settings(practice, msgspec.structs.replace(practice.kit.settings, people=people))


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("", "The settings name no key"),
        ("file:nowhere.key", "nowhere.key is not there"),
        ("file:empty.key", "is empty"),
    ],
    ids=["none", "no file", "empty"],
)
def test_a_key_to_peoples_data_that_is_not_there_is_told_with_what_to_do(
    run_kit: RunKit, reference: str, words: str
) -> None:
    practice = run_kit()
    empty = practice.folder / "empty.key"
    empty.touch(mode=0o600)
    with with_key(practice, reference) as kit:
        found = doctor.check_people(kit.parts)
    assert found.level == "fail" and "o order is read" in found.words and words in found.words and found.fix


def test_a_key_that_is_not_the_one_that_was_used_is_told(run_kit: RunKit) -> None:
    practice = run_kit()
    order = Order("111-1", "M", "UNSHIPPED", 1, 1, person=Person(name="Ada Quill"))
    with practice.kit.database.write() as connection:
        practice.kit.parts.vault.keep(connection, "us", order, 1)
    assert doctor.check_people(practice.kit.parts).level == "ok"
    write_key_file(practice.folder / "other.key")
    with with_key(practice, "file:other.key") as kit:
        found = doctor.check_people(kit.parts)
    assert found.level == "fail" and "a key that is not there" in found.words and "--lost" in found.fix


# ---------------------------------------------------------------- Commerce


def test_a_missing_right_is_named_by_its_resource(run_kit: RunKit) -> None:
    practice = run_kit()
    route = "Magento_Catalog::products"
    practice.running.world.commerce.settings.missing_resources = frozenset({route})
    failed = findings_of(practice.kit.doctor(), "fail")
    assert f"lacks the right {route}" in failed["Commerce"] and "System > Integrations" in failed["Commerce"]


def test_bearer_tokens_that_are_switched_off_are_told_from_a_missing_right(run_kit: RunKit) -> None:
    practice = run_kit()
    kit = changed(practice, auth="bearer")
    failed = findings_of(kit.doctor(), "fail")
    assert "bearer tokens are switched off" in failed["Commerce"] and "Consumer Settings" in failed["Commerce"]
    practice.running.world.commerce.settings.bearer = True
    assert "Commerce" not in findings_of(kit.doctor(), "fail")
    kit.close()


def test_an_integration_that_was_switched_off_is_told(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.running.world.commerce.settings.revoked = True
    assert "was switched off" in findings_of(practice.kit.doctor(), "fail")["Commerce"]


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("access_token", "does not know the access token"),
        ("consumer_secret", "A secret is wrong"),
    ],
)
def test_the_key_that_is_wrong_is_named(run_kit: RunKit, secret: str, words: str) -> None:
    practice = run_kit()
    (practice.folder / "secrets" / f"commerce-{secret}").write_text("another")
    assert words in findings_of(practice.kit.doctor(), "fail")["Commerce"]


def test_a_wrong_address_is_told_with_the_one_to_open(run_kit: RunKit) -> None:
    practice = run_kit()
    url = practice.kit.settings.commerce.url
    kit = changed(practice, url=f"{url}/shop")
    words = findings_of(kit.doctor(), "fail")["Commerce"]
    assert "no Commerce at this address" in words and f"Open {url}/shop/rest/all/V1/store/websites" in words
    kit.close()


def test_a_page_instead_of_json_is_told(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.running.faults.add("not_json", "GetV1StoreWebsites", count=None)
    assert "answers with a page and not with JSON" in findings_of(practice.kit.doctor(), "fail")["Commerce"]


def test_nothing_at_the_address_is_told(run_kit: RunKit) -> None:
    kit = changed(run_kit(), url="http://127.0.0.1:9")
    assert "Nothing answers at 127.0.0.1:9" in findings_of(kit.doctor(), "fail")["Commerce"]
    kit.close()


def test_input_limits_are_found_without_reading_a_product(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.running.world.commerce.settings.largest_page = 50
    warned = findings_of(practice.kit.doctor(), "warn")
    assert "pages of at most 50 rows" in warned["Commerce: limits"] and "page_size = 50" in warned["Commerce: limits"]
    assert practice.kit.parts.commerce.page_size.largest == 50


def test_a_website_that_is_not_there_is_told(run_kit: RunKit) -> None:
    practice = run_kit()
    stores = {"us": msgspec.structs.replace(practice.kit.settings.stores["us"], store_view="nowhere")}
    kit = with_settings(practice, msgspec.structs.replace(practice.kit.settings, stores=stores))
    assert "no store view 'nowhere'" in findings_of(kit.doctor(), "fail")["store us"]
    kit.close()


def test_a_secret_that_is_not_there_is_named_and_nobody_is_called(run_kit: RunKit) -> None:
    practice = run_kit()
    (practice.folder / "secrets" / "us-refresh_token").unlink()
    failed = findings_of(practice.kit.doctor(), "fail")
    assert "us-refresh_token" in failed["account us: secrets"] and practice.calls("getMarketplaceParticipations") == 1


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("left", "level", "words"),
    [
        (31, "ok", "holds until"),
        (30, "warn", "in 30 days"),
        (8, "warn", "in 8 days"),
        (7, "warn", "within a week"),
        (1, "warn", "tomorrow"),
        (0, "fail", "ended"),
        (-3, "fail", "ended"),
    ],
)
@pytest.mark.parametrize(("check", "days"), [(check_secret, 180), (check_consent, 365)], ids=["secret", "consent"])
def test_what_ends_is_told_thirty_seven_and_one_days_ahead(
    check: Callable[[str, date | None, date], Finding], days: int, left: int, level: str, words: str
) -> None:
    """ON-04: a client secret ends after 180 days, a seller's consent after a year."""
    today = date(2026, 11, 24)
    found = check("us", today - timedelta(days=days - left), today)
    assert found.level == level and words in found.words


def test_a_secret_about_to_end_is_in_the_doctors_report(run_kit: RunKit) -> None:
    """ON-04."""
    practice = run_kit()
    made = doctor.today(practice.kit.parts) - timedelta(days=175)
    kit = with_account(practice, "us", secret_made=made)
    assert "within a week" in findings_of(kit.doctor(), "warn")["account us: secret"]
    kit.close()


# ---------------------------------------------------------------- accounts side by side


def test_several_seller_accounts_stand_side_by_side(run_kit: RunKit) -> None:
    """RG-01: one account's trouble stays its own, and all stores are seen together."""
    practice = run_kit()
    rows = practice.kit.list_stores().to_dict("records")
    assert [(row["store"], row["country"], row["account"]) for row in rows] == [("us", "US", "us"), ("de", "DE", "de")]
    assert len({row["seller_id"] for row in rows}) == 2
    practice.running.world.amazon.accounts[rows[0]["seller_id"]].client_secret = "changed"
    report = practice.kit.doctor()
    assert "account us" in findings_of(report, "fail") and "account de" in findings_of(report, "ok")


def test_connecting_a_store_checks_at_once_and_keeps_when_it_answered(run_kit: RunKit) -> None:
    """ON-04: Canada through the American account; the moment of its first answer is kept."""
    practice = run_kit()
    kit = practice.kit
    kit.add_store("ca", website="us", email="ca@example.com", label="Canada", marketplace="CA", store_view="us_en")
    assert kit.parts.record("ca").connected_at is None
    report = kit.connect_store("ca", "us", consent_granted=doctor.today(kit.parts))
    assert report.is_fine, str(report)
    record = kit.parts.record("ca")
    assert record.connected_at and (record.email, record.label) == ("ca@example.com", "Canada")


def test_a_website_that_somebody_changed_by_hand_is_refused_with_the_reason(run_kit: RunKit) -> None:
    """ON-05."""
    practice = run_kit()
    assert practice.kit.parts.record("us").website == "us"
    kit = practice.reopened(website="eu")
    words = findings_of(kit.doctor(), "fail")["store us"]
    assert "website and country of a store never change" in words
    kit.close()


# ---------------------------------------------------------------- speed


def test_the_page_size_is_chosen_from_what_was_measured(run_kit: RunKit) -> None:
    practice = run_kit(products=220)
    ticks = itertools.count()
    report, sizes = doctor.measure(practice.kit.parts, lambda: next(ticks) * 0.05)
    assert sizes and sizes.page == 200 and "50.0 ms a product at 1" in sizes.words
    assert report.findings[0].subject == "Commerce: speed"


def test_measuring_keeps_to_the_limit_of_a_page_and_can_write_what_it_chose(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.running.world.commerce.settings.largest_page = 20
    practice.kit.measure(write=True)
    assert practice.kit.settings.commerce.page_size <= 20


def test_what_cannot_be_measured_is_told_and_nothing_is_written(run_kit: RunKit) -> None:
    practice = run_kit()
    before = (practice.folder / "channelkit.toml").read_bytes()
    practice.running.world.commerce.settings.revoked = True
    assert not practice.kit.measure(write=True).is_fine
    assert (practice.folder / "channelkit.toml").read_bytes() == before


def test_a_slow_shop_gets_pages_that_end_in_time() -> None:
    slow = [Pace(1, 1, 400.0), Pace(50, 50, 9_000.0), Pace(200, 200, 36_000.0)]
    assert choose_sizes(slow).page == 50


@pytest.mark.parametrize(("count", "fits"), [(1_000, True), (10_000, True), (1_000_000, False)])
def test_a_forecast_says_whether_so_many_listings_fit_five_minutes(run_kit: RunKit, count: int, fits: bool) -> None:
    practice = run_kit()
    ticks = itertools.count()
    report, _sizes = doctor.measure(practice.kit.parts, lambda: next(ticks) * 0.2, count)
    told = next(found for found in report.findings if found.subject == "five minutes: account us")
    assert f"{count:,} listings" in told.words
    assert ("do not fit" not in told.words) is fits and (told.level == "ok") is fits


def test_a_forecast_grows_with_every_listing_and_names_the_most_that_fit() -> None:
    seconds = [forecast(Shape(listings=n, products=n)).seconds for n in (100, 1_000, 10_000, 100_000)]
    assert seconds == sorted(seconds) and len(set(seconds)) == 4
    most = forecast(Shape(listings=1_000, products=1_000)).most
    assert forecast(Shape(listings=most, products=most)).fits
    assert not forecast(Shape(listings=most * 2, products=most * 2)).fits


def test_a_forecast_counts_the_readings_of_orders_on_both_sides() -> None:
    counted = {load.operation: load.cycle for load in forecast(Shape(listings=100, products=100, stores=3)).loads}
    readings = ("searchOrders", "GetV1Orders", "GetV1Shipments", "GetV1Creditmemos")
    assert [counted[name] for name in readings] == [1, 1, 1, 1], "once for all stores of the account"


def test_a_forecast_counts_what_others_want_only_as_far_as_the_quota_gives() -> None:
    counted = {load.operation: load for load in forecast(Shape(listings=100, products=100, stores=9)).loads}
    asked = counted["getCompetitiveSummary"]
    assert 9 < asked.cycle < 10 and asked.share < 1 and asked.seconds < 5, "one in half a minute; nobody waits for more"
    silent = forecast(Shape(listings=100, products=100, competition_calls=0)).loads
    assert "getCompetitiveSummary" not in {load.operation for load in silent}


def test_a_forecast_counts_amazons_fees_only_where_somebody_asks_for_them() -> None:
    loads = {load.operation: load for load in forecast(Shape(listings=100, products=100, fee_calls=5)).loads}
    assert loads["getMyFeesEstimates"].cycle == 5
    silent = forecast(Shape(listings=100, products=100)).loads
    assert "getMyFeesEstimates" not in {load.operation for load in silent}


# ---------------------------------------------------------------- how it looks


def test_a_report_escapes_what_comes_from_outside() -> None:
    report = Report("Doctor", (Finding("<b>", "fail", "<script>alert(1)</script>", "<i>"),))
    assert "<script>" not in report._repr_html_() and "&lt;script&gt;" in report._repr_html_()
