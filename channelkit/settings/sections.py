"""What can be set, and what it is when it is not set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from channelkit.clock import Clock
from channelkit.model.marketplaces import ENDPOINTS, TOKEN_URL, Marketplace, Region, marketplace
from channelkit.settings.alert_section import AlertSettings
from channelkit.settings.price_section import PriceSettings
from channelkit.settings.secret import Secret

Count = Annotated[int, msgspec.Meta(ge=0)]
Share = Annotated[float, msgspec.Meta(gt=0, le=1)]
Speed = Annotated[float, msgspec.Meta(gt=0)]
Condition = Literal[
    "",
    "new_new",
    "new_open_box",
    "new_oem",
    "refurbished_refurbished",
    "used_like_new",
    "used_very_good",
    "used_good",
    "used_acceptable",
    "collectible_like_new",
    "collectible_very_good",
    "collectible_good",
    "collectible_acceptable",
    "club_club",
]
"""Amazon's words for a condition (``condition_type``); empty where none is to be assumed."""

Note = Annotated[str, msgspec.Meta(max_length=1000)]
"""A seller's note on a condition, no longer than Amazon takes."""


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the settings file; unknown keys are refused, because a misspelt one would silently do nothing."""


class DatabaseSettings(Section, frozen=True):
    """Where facts, decisions and the journal live.

    Arguments:
        history: the folder of what changed.
        keep_history_days: days for which that is kept, and errors, runs and changes that are over; 0: for ever (RP-07).
            Figures by day stay.
    """

    url: str = "sqlite:///channelkit.db"
    password: Secret = Secret("")
    history: str = "history"
    keep_history_days: Count = 0


DESCRIBING = ("general", "brand", "model", "description")
"""Settings of attributes that describe a product and identify none."""


class AttributeSettings(Section, frozen=True):
    """Which Commerce attribute holds which identifier, and which ones describe a product (MA-01).

    An empty code means that none does.

    Arguments:
        general: whose words Amazon is searched for.
        brand, model, description: what similarity compares beside the name; a model or part number is worth most.
    """

    seller_sku: str = "sku"
    asin: str = "amazon_asin"
    upc: str = "upc"
    ean: str = "ean"
    isbn: str = "isbn"
    gtin: str = ""
    gcid: str = "gcid"
    general: str = "name"
    brand: str = "manufacturer"
    model: str = ""
    description: str = "description"

    @property
    def codes(self) -> dict[str, str]:
        """Our column of identifiers to the attribute's code."""
        return {name: code for name, code in msgspec.structs.asdict(self).items() if name not in DESCRIBING}


class CommerceSettings(Section, frozen=True):
    """The one Adobe Commerce or Magento: where it is and how to sign in."""

    url: str
    flavour: Literal["paas", "accs"] = "paas"
    auth: Literal["oauth1", "bearer", "ims"] = "oauth1"
    consumer_key: str = ""
    consumer_secret: Secret = Secret("")
    access_token: Secret = Secret("")
    access_token_secret: Secret = Secret("")
    client_id: str = ""
    client_secret: Secret = Secret("")
    secret_made: date | None = None
    organization: str = ""
    token_url: str = "https://ims-na1.adobelogin.com/ims/token/v3"  # noqa: S105 - an address
    page_size: Annotated[int, msgspec.Meta(ge=1, le=300)] = 100
    attributes: AttributeSettings = AttributeSettings()


class AccountSettings(Section, frozen=True):
    """One Amazon seller account in one region.

    Arguments:
        secret_made: the day the client secret was made; Amazon ends it after 180 days.
        sharing: which of its stores share quantity, eligibility, fulfilment and handling of a seller SKU: all of the
            region, or those of one country; the oldest decides (RG-02).
    """

    seller_id: str
    region: Region
    client_id: str
    client_secret: Secret
    refresh_token: Secret
    secret_made: date | None = None
    sharing: Literal["region", "country"] = "region"
    url: str = ""
    token_url: str = TOKEN_URL

    @property
    def endpoint(self) -> str:
        return self.url or ENDPOINTS[self.region]


class MatchingSettings(Section, frozen=True):
    """When similarity may link by itself.

    Arguments:
        by_itself: off means that it only ranks and suggests.
        precision: the share of its links that must be right, shown by people's answers, before it links any.
    """

    by_itself: bool = True
    precision: Share = 0.98


class GuardSettings(Section, frozen=True):
    """What is held for a person, and what stops a whole plan."""

    largest_price_jump: Share = 0.5
    largest_share: Share = 0.3


class OrderSettings(Section, frozen=True):
    """How Amazon's orders become orders in Commerce, and what goes back (OR-02, OR-03, OR-05, OR-12, OR-14).

    Arguments:
        store_view: code of the store view that they belong to; empty for the store's own.
        number_source: whose numbers they have; ``prefix`` stands before Amazon's.
        status: a status of Commerce's for new ones; empty for its default.
        reserve_pending: hold stock for orders that are not paid yet, wherever it is sold.
        pause_scarce: offer nothing for some minutes while the quantity is corrected of what only few are left of,
            so that no unit is sold twice.
        payment_method, shipping_method: what Commerce writes down for them; both must be installed there.
        phone: stands where Amazon gives none and Commerce asks for one.
        ship_source: the source whose stock leaves where only Amazon knows of a shipment; empty lets a person say.
        carriers: Commerce's carrier code or title -> Amazon's carrier code; what is not named goes as Other.
        cancel_call: cancel by Amazon's newer call, which not every account has.
        returns_hours: hours between two readings of returns.
        cancelled_as: the status that the order in Commerce gets when Amazon's was cancelled.
    """

    store_view: str = ""
    customers: Literal["guest", "account"] = "guest"
    number_source: Literal["commerce", "amazon"] = "commerce"
    prefix: Annotated[str, msgspec.Meta(max_length=20)] = "AMZ-"
    status: str = ""
    reserve_pending: bool = False
    pause_scarce: bool = True
    payment_method: str = "checkmo"
    shipping_method: str = "flatrate_flatrate"
    phone: str = "0000000000"
    ship_source: str = ""
    carriers: dict[str, str] = {}
    cancel_call: bool = False
    returns_hours: Annotated[int, msgspec.Meta(ge=1)] = 24
    cancelled_as: Literal["canceled", "complete"] = "canceled"


class PeopleSettings(Section, frozen=True):
    """What is kept of the people who buy: encrypted, and not for long.

    Arguments:
        key: where the key is that it is encrypted with; it never stands in the database.
        keep_days: days after delivery until it is deleted; Amazon allows 30.
    """

    key: Secret = Secret("")
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=30)] = 30


class StoreSettings(Section, frozen=True):
    """One Amazon store: a seller account, a marketplace and a Commerce website (ON-03, ON-07).

    Arguments:
        account: one of the accounts; empty while the store is not connected.
        email, label: whom to write to, and what people call the store; all that can be changed later.
        consent_granted: the day the seller let the application in; consent is renewed every year (ON-04).
        condition: of what is listed anew; ``attribute``: what ``condition_attribute`` says of each product (LS-14).
        conditions: what that attribute says -> Amazon's word.
        condition_notes: Amazon's word -> the note that goes with it.
        fulfilled_by: ``attribute``: what ``fulfilled_by_attribute`` says of each product (LS-13).
        sale_starts, sale_ends: codes of attributes with a product's first and last day of sale; empty for none.
    """

    marketplace: str
    website: str
    account: str = ""
    email: str = ""
    label: str = ""
    consent_granted: date | None = None
    store_view: str = ""
    read_only: bool = False
    import_third_party: bool = True
    out_of_stock_threshold: Count = 0
    largest_quantity: Count = 10_000
    unmanaged_quantity: Count = 100
    sweep_calls: Count = 25
    catalog_calls: Count = 60
    competition_calls: Count = 2
    report_hours: Annotated[int, msgspec.Meta(ge=1)] = 24
    condition: Literal[Condition, "attribute"] = "new_new"
    condition_attribute: str = ""
    conditions: dict[str, Condition] = {}
    condition_notes: dict[Condition, Note] = {}
    auto_list: bool = True
    handling_days: Count = 2
    fulfilled_by: Literal["merchant", "amazon", "attribute"] = "merchant"
    fulfilled_by_attribute: str = ""
    sale_starts: str = ""
    sale_ends: str = ""
    import_orders: bool = True
    guards: GuardSettings = GuardSettings()
    matching: MatchingSettings = MatchingSettings()
    orders: OrderSettings = OrderSettings()
    prices: PriceSettings = PriceSettings()

    @property
    def site(self) -> Marketplace:
        return marketplace(self.marketplace)


class RunSettings(Section, frozen=True):
    """Where executed notebooks go, and how many days they are kept."""

    folder: str = "runs"
    keep_days: Count = 7
    keep_failed_days: Count = 90


class LogSettings(Section, frozen=True):
    """The log file: one JSON line for each thing that happened, without anything private (SY-04).

    Arguments:
        file: from the settings' folder; empty for no log.
        level: from which level on; ``debug`` also writes every call, without what was sent and answered.
        megabytes: size at which a file is turned over.
        files: older files that are kept.
    """

    file: str = "logs/channelkit.log"
    level: Literal["debug", "info", "warning", "error"] = "info"
    megabytes: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 5
    files: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5


class PracticeSettings(Section, frozen=True):
    """The sandbox's clock, in a folder made for practising."""

    speed: Speed
    real_epoch: float
    epoch: float


class Settings(Section, frozen=True):
    """All settings, read once and never changed."""

    folder: Path
    file: str
    commerce: CommerceSettings
    accounts: dict[str, AccountSettings] = {}
    stores: dict[str, StoreSettings] = {}
    database: DatabaseSettings = DatabaseSettings()
    runs: RunSettings = RunSettings()
    logs: LogSettings = LogSettings()
    people: PeopleSettings = PeopleSettings()
    alerts: AlertSettings = AlertSettings()
    practice: PracticeSettings | None = None

    @property
    def clock(self) -> Clock:
        """The clock everything runs by: the wall's, or the sandbox's."""
        if self.practice is None:
            return Clock()
        return Clock(self.practice.speed, self.practice.real_epoch, self.practice.epoch)

    @property
    def database_url(self) -> str:
        """The database's address; a SQLite file is found from the settings' folder, not from where one stands."""
        kind, slashes, path = self.database.url.partition(":///")
        if kind.startswith("sqlite") and slashes:
            return f"{kind}:///{(self.folder / path).as_posix()}"
        return self.database.url

    @property
    def database_password(self) -> Callable[[], str] | None:
        """What looks the database's password up; None where it needs none."""
        password = self.database.password
        return password.reveal if password.reference else None

    @property
    def history(self) -> Path:
        return self.folder / self.database.history

    @property
    def runs_folder(self) -> Path:
        return self.folder / self.runs.folder

    @property
    def log_file(self) -> Path | None:
        """The log file; None where there is to be none."""
        return self.folder / self.logs.file if self.logs.file else None
