"""Who is the same buyer: by their e-mail address, else by their name and where they live."""

from __future__ import annotations

from channelkit.model.orders import Person


def identify(person: Person) -> tuple[str, ...]:
    """Return what tells a buyer from others, however it is spelt; never to be shown, only compared or hashed.

    Amazon gives a buyer the same address of its own in all orders with a seller, so that an e-mail address alone says
    who it is.

    >>> identify(Person(name="Ada", email=" Ada@Example.com"))
    ('ada@example.com',)
    >>> identify(Person(name="Ada  Quill"))
    ('ada quill',)
    """
    if person.email.strip():
        return (normalise(person.email),)
    address = person.address
    parts = (person.name, *((address.name, address.postcode, *address.lines) if address else ()))
    return tuple(normalise(part) for part in parts)


def normalise(text: str) -> str:
    """Return a text without regard to case and blanks.

    >>> normalise("  Ada   QUILL ")
    'ada quill'
    """
    return " ".join(text.split()).casefold()
