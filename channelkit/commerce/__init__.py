"""Adobe Commerce and Magento over REST: what it says becomes columns here, and how it fails becomes a verdict."""
