"""Making an order's copy in Commerce: who bought is read for it, and nothing of them is in any message afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from channelkit.apply.order_looks import Done, Looker
from channelkit.commerce.client import Commerce
from channelkit.commerce.customers import settle_customer
from channelkit.commerce.orders import create_order, is_taken
from channelkit.errors import PlanError, RefusedError
from channelkit.model.orders import Order, Person
from channelkit.orders.addresses import normalise
from channelkit.orders.body import write_order
from channelkit.orders.body_items import Body
from channelkit.orders.book import Book
from channelkit.orders.creation import rule_of
from channelkit.orders.terms import ACCOUNT, OrderTerms
from channelkit.people.vault import Vault

_PURPOSE = "the order is made in Commerce"


@dataclass(frozen=True)
class Creator:
    """Makes copies."""

    commerce: Commerce
    terms: OrderTerms
    vault: Vault
    looker: Looker

    def prepare(self, order_id: str, book: Book) -> Callable[[], Done]:
        """Return what makes an order's copy, once; whatever can be wrong with it is found out before.

        Raises:
            PlanError: it cannot be written; see `channelkit.orders.body.write_order`.
            SettingsError: people's data cannot be read.
            RemoteError: the buyer's account could not be looked up or made.
        """
        order = book.orders.get(order_id)
        if order is None:
            raise PlanError(f"Order {order_id} was not read again, so it cannot be made in Commerce.")
        person = (self.vault.read(self.terms.store, order_id, "channelkit", _PURPOSE) or Person()).corrected
        # Before an account is made, the order itself must be possible.
        body = write_order(order, person, book.goods, self.terms)
        customer_id = self._customer(order, person)
        if customer_id is not None:
            body = write_order(order, person, book.goods, self.terms, customer_id=customer_id)
        return lambda: self._create(order, person, body)

    def _customer(self, order: Order, person: Person) -> int | None:
        if self.terms.customers != ACCOUNT or not person.email:
            return None
        place = normalise(person, self.terms, placeholders=rule_of(order, self.terms).complete)
        try:
            return settle_customer(
                self.commerce,
                email=person.email,
                first=place.first,
                last=place.last,
                website_id=self.terms.website_id,
                store_id=self.terms.store_view_id,
            )
        except RefusedError as error:
            raise _hidden(error, person) from None

    def _create(self, order: Order, person: Person, body: Body) -> Done:
        try:
            return Done(str(create_order(self.commerce, body).entity_id))
        except RefusedError as error:
            if is_taken(error):
                found = self.looker.find_copy(order.order_id)
                if found is not None:
                    return found
            raise _hidden(error, person) from None


def _hidden(error: RefusedError, person: Person) -> RefusedError:
    """Return a refusal without anything that identifies somebody: Commerce may quote what it does not take."""
    what = error.what
    for text in sorted(set(_texts(person)), key=len, reverse=True):
        what = what.replace(text, "…")
    hidden = RefusedError(
        what,
        error.fix,
        system=error.system,
        operation=error.operation,
        status=error.status,
        code=error.code,
        request_id=error.request_id,
    )
    hidden.__suppress_context__ = True
    return hidden


def _texts(person: Person) -> Iterator[str]:
    address = person.address
    texts = [person.name, person.email, person.company, person.purchase_order]
    if address is not None:
        texts += [address.name, address.company, address.city, address.postcode, address.phone, *address.lines]
    for text in filter(None, texts):
        yield text
        yield from (word for word in text.split() if len(word) > 2)
