"""Amazon listings and an Adobe Commerce catalog in one view."""
