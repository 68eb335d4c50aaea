"""Adobe Commerce's and Magento's REST interface, and what it says as our columns."""
